package io.jvmroute.it;

/** {@link LargeBodies} of a GiB through a heap of 128 MiB. Argument: how many bytes instead. Exit status 1 if one is changed or kept. */
final class BodyCampaign {
    static final long MOST_GROWTH = 10_000_000;

    private BodyCampaign() {}

    public static void main(String[] arguments) throws Exception {
        LargeBodies.Result result = LargeBodies.run(arguments.length == 0 ? 1L << 30 : Long.parseLong(arguments[0]));
        System.out.println(result);
        if (!result.downIntact() || !result.upIntact() || result.growth() >= MOST_GROWTH) {
            System.err.println("a body was changed, or the heap grew by 10 MB or more");
            System.exit(1);
        }
    }
}
