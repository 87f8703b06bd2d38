package io.jvmroute.examples.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The shop as an application that brings the filter: two libraries more, and a few lines in its {@code web.xml}. */
record FilteredShop(Distribution distribution, ClusterPlan plan) {

    void unpack(Path folder, NodePlan node) throws IOException {
        Folders.unzip(distribution.shop(), folder);
        Path libraries = Files.createDirectories(folder.resolve("WEB-INF/lib"));
        Folders.pick(distribution.module(), "jvmroute-common-*.jar", libraries);
        Folders.pick(distribution.module(), "hazelcast-*.jar", libraries);
        for (String part : List.of("config", "model", "exposition-textformats")) {
            Folders.pick(distribution.module(), "prometheus-metrics-" + part + "-*.jar", libraries);
        }

        Path descriptor = folder.resolve("WEB-INF/web.xml");
        String filter = Files.readString(distribution.templates("filter").resolve("filter.xml"));
        Files.writeString(descriptor, render(Files.readString(descriptor), filter, plan, node));
    }

    /** The descriptor with the filter in it, before all else that filters. */
    static String render(String descriptor, String filter, ClusterPlan plan, NodePlan node) {
        String filled = Template.fill(
                filter,
                Map.of(
                        "route", node.name(),
                        "http.port", String.valueOf(node.httpPort()),
                        "members", Template.members(plan),
                        "hazelcast.port", String.valueOf(node.hazelcastPort()),
                        "status.token", plan.statusToken()));
        return descriptor.replace("</web-app>", filled + "</web-app>");
    }
}
