package io.jvmroute.it;

/** {@link Nonces} a million times. Argument: how many requests instead. Exit status 1 if an answer was not its request's, or memory grew. */
final class NonceCampaign {
    /** The connections that the load and the pools may hold more than after the warm-up, with their buffers. */
    static final long MOST_DIRECT_GROWTH = 40_000_000;

    private static final long MOST_GROWTH = 20_000_000;

    private NonceCampaign() {}

    public static void main(String[] arguments) throws Exception {
        Nonces.Result result = Nonces.run(arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]));
        System.out.println(result);
        if (!result.faults().isEmpty()
                || result.growth() >= MOST_GROWTH
                || result.directGrowth() >= MOST_DIRECT_GROWTH) {
            System.err.println("answers were mixed up, or memory grew");
            System.exit(1);
        }
    }
}
