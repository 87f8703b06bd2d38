package io.jvmroute.it;

/** {@link RandomIds} a million times. Argument: how many requests instead. Exit status 1 if the nodes remember something. */
final class RandomIdsCampaign {
    private static final long MOST_GROWTH = 20_000_000;

    private RandomIdsCampaign() {}

    public static void main(String[] arguments) throws Exception {
        RandomIds.Result result = RandomIds.run(arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]));
        System.out.println(result);
        for (int i = 0; i < result.before().size(); i++) {
            RandomIds.Memory before = result.before().get(i);
            RandomIds.Memory after = result.after().get(i);
            if (after.movedPins() != before.movedPins()
                    || after.ownedSessions() != before.ownedSessions()
                    || result.growth() >= MOST_GROWTH) {
                System.err.println("pins grew, or the heap by 20 MB or more");
                System.exit(1);
            }
        }
    }
}
