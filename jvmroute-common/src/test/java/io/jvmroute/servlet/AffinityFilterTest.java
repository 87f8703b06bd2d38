package io.jvmroute.servlet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmroute.AffinityConfig;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Enumeration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stops the start of a filter, before it has touched anything. */
class AffinityFilterTest {
    private static final FilterConfig NOTHING = new FilterConfig() {
        @Override
        public String getFilterName() {
            return "affinity";
        }

        @Override
        public ServletContext getServletContext() {
            throw new AssertionError("the configuration is wrong");
        }

        @Override
        public String getInitParameter(String name) {
            return null;
        }

        @Override
        public Enumeration<String> getInitParameterNames() {
            return Collections.emptyEnumeration();
        }
    };

    @Test
    void frontend_stopsTheStart() {
        AffinityConfig config = AffinityConfig.builder().set("mode", "frontend").build();
        assertThatThrownBy(() -> new AffinityFilter(config).init(NOTHING))
                .isInstanceOf(ServletException.class)
                .hasMessageContaining("mode: frontend (expected: peer in a filter)");
    }

    @ParameterizedTest
    @CsvSource({"url, http://127.0.0.1:8080, route: missing", "route, n1, url: missing"})
    void whatAFilterCanNotFindOut_stopsTheStart(String option, String value, String message) {
        AffinityConfig config = AffinityConfig.builder().set(option, value).build();
        assertThatThrownBy(() -> new AffinityFilter(config).init(NOTHING)).hasMessageContaining(message);
    }

    @Test
    void allThatItCanNotFindOut_isNamedAtOnce() {
        assertThatThrownBy(() -> new AffinityFilter(AffinityConfig.builder().build()).init(NOTHING))
                .hasMessageContaining("route: missing (expected: ")
                .hasMessageContaining("; url: missing (expected: ");
    }

    @Test
    void statusPath_elsewhereThanTheApplication_stopsTheStart() {
        AffinityConfig config = AffinityConfig.builder()
                .set("route", "n1")
                .set("url", "http://127.0.0.1:8080")
                .set("statusPath", "/jvmroute")
                .build();
        ServletContext shop = (ServletContext) Proxy.newProxyInstance(
                AffinityFilterTest.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> method.getName().equals("getContextPath") ? "/shop" : null);
        FilterConfig inShop = (FilterConfig) Proxy.newProxyInstance(
                AffinityFilterTest.class.getClassLoader(),
                new Class<?>[] {FilterConfig.class},
                (proxy, method, arguments) -> method.getName().equals("getServletContext") ? shop : null);
        assertThatThrownBy(() -> new AffinityFilter(config).init(inShop))
                .isInstanceOf(ServletException.class)
                .hasMessageContaining("statusPath: /jvmroute (expected: below the application's own path, /shop/");
    }
}
