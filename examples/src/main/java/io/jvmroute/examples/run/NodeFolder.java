package io.jvmroute.examples.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Makes a {@code CATALINA_BASE}: what a person would put there by hand. */
record NodeFolder(Distribution distribution, ClusterPlan plan, boolean withValve) {

    void make(NodePlan node) throws IOException {
        Path base = node.base();
        delete(base);
        for (String folder : List.of("conf", "lib", "logs", "temp", "webapps", "work")) {
            Files.createDirectories(base.resolve(folder));
        }
        Path conf = base.resolve("conf");
        for (String file : List.of("catalina.properties", "web.xml")) {
            Files.copy(distribution.tomcat().resolve("conf").resolve(file), conf.resolve(file));
        }
        Files.copy(distribution.templates().resolve("logging.properties"), conf.resolve("logging.properties"));
        String template = node.isFrontend() ? "server-frontend.xml" : "server-node.xml";
        String serverXml =
                ServerXml.render(Files.readString(distribution.templates().resolve(template)), plan, node);
        Files.writeString(conf.resolve("server.xml"), withValve ? serverXml : ServerXml.withoutValve(serverXml));

        if (withValve) {
            copyInto(base.resolve("lib"), distribution.valve());
        }
        if (!node.isFrontend()) {
            copyInto(base.resolve("webapps"), distribution.shop());
        }
    }

    private static void copyInto(Path folder, Path file) throws IOException {
        Files.copy(file, folder.resolve(file.getFileName()));
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(folder)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
