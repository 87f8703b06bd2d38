package io.jvmroute.examples.run;

import io.jvmroute.examples.run.ClusterPlan.Cast;

/** The command line: {@code usage.txt} says what each part means. */
record Options(Cast cast, boolean frontend, boolean check, String tomcat, boolean valve, boolean help) {

    static Options parse(String... arguments) throws UsageException {
        Options options = new Options(Cast.TOMCATS, false, false, "11", true, false);
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--tomcat")) {
                i++;
                options = options.withTomcat(i < arguments.length ? arguments[i] : "");
            } else if (argument.startsWith("--tomcat=")) {
                options = options.withTomcat(argument.substring("--tomcat=".length()));
            } else {
                options = options.with(argument);
            }
        }
        if (options.frontend && !options.valve) {
            throw new UsageException("--no-valve: a frontend is nothing without the valve");
        }
        if (options.cast != Cast.TOMCATS && !options.valve) {
            throw new UsageException("--no-valve: for the three Tomcats only");
        }
        return options;
    }

    private Options with(String argument) throws UsageException {
        return switch (argument) {
            case "static" -> withCast(Cast.STATIC, argument).with("frontend");
            case "filter" -> withCast(Cast.FILTER, argument);
            case "jetty" -> withCast(Cast.JETTYS, argument);
            case "mixed" -> withCast(Cast.MIXED, argument);
            case "frontend" -> new Options(cast, true, check, tomcat, valve, help);
            case "--check" -> new Options(cast, frontend, true, tomcat, valve, help);
            case "--no-valve" -> new Options(cast, frontend, check, tomcat, false, help);
            case "--help", "-h" -> new Options(cast, frontend, check, tomcat, valve, true);
            default -> throw new UsageException(argument + ": unknown");
        };
    }

    private Options withCast(Cast asked, String argument) throws UsageException {
        if (cast != Cast.TOMCATS) {
            throw new UsageException(argument + ": jetty, mixed, static or filter, once");
        }
        return new Options(asked, frontend, check, tomcat, valve, help);
    }

    private Options withTomcat(String major) throws UsageException {
        if (!major.equals("10") && !major.equals("11")) {
            throw new UsageException("--tomcat " + major + " (expected: 10 or 11)");
        }
        return new Options(cast, frontend, check, major, valve, help);
    }
}
