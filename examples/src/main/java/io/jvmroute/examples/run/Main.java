package io.jvmroute.examples.run;

import io.jvmroute.examples.run.NodePlan.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Starts the cluster that the command line asks for and keeps it until someone ends it. */
public final class Main {

    private static final int USAGE_ERROR = 2;

    private final Path root;
    private final Options options;

    private Main(Path root, Options options) {
        this.root = root;
        this.options = options;
    }

    /** Arguments as {@code usage.txt} says; the system property {@code root} names the folder of the sources. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        int status;
        try {
            Options options = Options.parse(arguments);
            Path root = Path.of(System.getProperty("root", "")).toAbsolutePath();
            status = options.help() ? help() : new Main(root, options).run();
        } catch (UsageException e) {
            System.err.println(e.getMessage() + "\n\n" + usage());
            status = USAGE_ERROR;
        } catch (ClusterException e) {
            System.err.println(e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    private int run() throws IOException, InterruptedException, ClusterException {
        Path folder = Files.createDirectories(root.resolve("examples/target/run"));
        try (FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (lock.tryLock() == null) {
                throw new ClusterException("Another examples/run is using " + folder);
            }
            return runIn(folder);
        }
    }

    private int runIn(Path folder) throws IOException, InterruptedException, ClusterException {
        ClusterPlan plan = ClusterPlan.of(options.cast(), options.frontend(), new Ports(PortClaims.ofUser()), folder);
        try (Cluster cluster = new Cluster(plan, containers(plan))) {
            cluster.makeFolders();
            // Ctrl-C and kill end the runner by this way.
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "end of the nodes"));
            Client client = new Client();
            Startup startup = new Startup(cluster, client, options.valve());
            startup.start(plan.all());
            if (options.check()) {
                return check(cluster, startup, client) ? 0 : 1;
            }
            stay(cluster, startup, folder);
            return 0;
        }
    }

    private boolean check(Cluster cluster, Startup startup, Client client)
            throws IOException, InterruptedException, ClusterException {
        return switch (options.cast()) {
            case TOMCATS, JETTYS -> new Check(cluster, startup, client).run();
            case FILTER -> new FilterCheck(cluster, startup, client).run();
            case MIXED -> new MixedCheck(cluster, startup, client).run();
            case STATIC -> new StaticCheck(cluster, startup, client).run();
        };
    }

    private Map<Kind, Container> containers(ClusterPlan plan) throws IOException, InterruptedException {
        Distribution distribution = new Distribution(root);
        Map<Kind, Container> containers = new EnumMap<>(Kind.class);
        if (plan.has(Kind.TOMCAT)) {
            Path home = distribution.tomcat(options.tomcat());
            containers.put(Kind.TOMCAT, new TomcatContainer(home, distribution, plan, options.valve()));
        }
        if (plan.has(Kind.JETTY)) {
            containers.put(Kind.JETTY, new JettyContainer(distribution.jetty(), distribution, plan));
        }
        return containers;
    }

    private void stay(Cluster cluster, Startup startup, Path folder) throws IOException, InterruptedException {
        boolean isInteractive = Boolean.getBoolean("interactive");
        Banner banner = new Banner(cluster, folder, options.valve());
        System.out.println(banner.text(isInteractive));
        if (isInteractive) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
            new Commands(cluster, startup, banner).follow(in);
            System.out.println("Ending all nodes");
        } else {
            new CountDownLatch(1).await();
        }
    }

    private static int help() throws IOException {
        System.out.print(usage());
        return 0;
    }

    private static String usage() throws IOException {
        try (InputStream in = Main.class.getResourceAsStream("usage.txt")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
