package io.jvmroute.servlet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmroute.AffinityConfig;
import jakarta.servlet.ServletException;
import org.junit.jupiter.api.Test;

final class RouteClaimTest {
    private static AffinityConfig config(String route, String cluster) {
        return AffinityConfig.builder().route(route).clusterName(cluster).build();
    }

    @Test
    void take_second_saysWhoHasTheRoute() throws ServletException {
        RouteClaim shop = RouteClaim.take(config("n1", "claims"), "/shop");
        assertThatThrownBy(() -> RouteClaim.take(config("n1", "claims"), "/wiki"))
                .isInstanceOf(ServletException.class)
                .hasMessageContaining("route n1 is taken by the application at \"/shop\" of this server")
                .hasMessageContaining("\"/wiki\" a clusterName and hazelcastPort of its own");
        RouteClaim other = RouteClaim.take(config("n1", "claims-of-wiki"), "/wiki");
        shop.release();
        RouteClaim again = RouteClaim.take(config("n1", "claims"), "/wiki");
        other.release();
        again.release();
    }
}
