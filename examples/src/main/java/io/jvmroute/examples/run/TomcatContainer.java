package io.jvmroute.examples.run;

import io.jvmroute.examples.run.ClusterPlan.Cast;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tomcats: a {@code CATALINA_BASE} each. */
record TomcatContainer(Path home, Distribution distribution, ClusterPlan plan, boolean withValve) implements Container {

    @Override
    public void make(NodePlan node) throws IOException {
        Path base = node.base();
        Folders.delete(base);
        for (String folder : List.of("conf", "lib", "logs", "temp", "webapps", "work")) {
            Files.createDirectories(base.resolve(folder));
        }
        Path conf = base.resolve("conf");
        Files.copy(home.resolve("conf/web.xml"), conf.resolve("web.xml"));
        String properties = Files.readString(home.resolve("conf/catalina.properties"));
        Files.writeString(conf.resolve("catalina.properties"), withoutScan(properties));
        Path templates = distribution.templates("tomcat");
        Files.copy(templates.resolve("logging.properties"), conf.resolve("logging.properties"));
        boolean filtered = plan.cast() == Cast.FILTER && !node.isFrontend();
        boolean ours = withValve && plan.routing().contains(node) && !filtered;
        String frontend = plan.cast() == Cast.STATIC ? "server-frontend-static.xml" : "server-frontend.xml";
        String template = node.isFrontend() ? frontend : "server-node.xml";
        String serverXml = ServerXml.render(Files.readString(templates.resolve(template)), plan, node);
        serverXml = filtered ? ServerXml.withoutBinder(serverXml) : serverXml;
        Files.writeString(conf.resolve("server.xml"), ours ? serverXml : ServerXml.withoutValve(serverXml));

        if (ours) {
            Folders.copyInto(base.resolve("lib"), distribution.valve());
        }
        if (filtered) {
            new FilteredShop(distribution, plan).unpack(base.resolve("webapps/shop"), node);
        } else if (!node.isFrontend()) {
            Folders.copyInto(base.resolve("webapps"), distribution.shop());
        }
    }

    /** Seconds less for an application that brings a Hazelcast: Tomcat looks through it for annotations otherwise. */
    private static String withoutScan(String properties) {
        String list = "StandardJarScanFilter.jarsToSkip=";
        return properties.replace(list, list + "hazelcast*.jar,");
    }

    @Override
    public List<String> command(NodePlan node) {
        Path base = node.base();
        List<String> command = Container.jvm(base.resolve("temp"));
        command.add("-Djava.util.logging.config.file=" + base.resolve("conf/logging.properties"));
        command.add("-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager");
        command.add("-Dcatalina.home=" + home);
        command.add("-Dcatalina.base=" + base);
        command.add("-cp");
        command.add(home.resolve("bin/bootstrap.jar") + File.pathSeparator + home.resolve("bin/tomcat-juli.jar"));
        command.add("org.apache.catalina.startup.Bootstrap");
        command.add("start");
        return command;
    }
}
