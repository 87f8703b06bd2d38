package io.jvmroute.servlet;

import java.util.List;

class UndertowFilterSourcesTest extends FilterSourcesContract {
    UndertowFilterSourcesTest() {
        super(UndertowFilterTest::start);
    }

    @Override
    protected boolean tellsAllCookies() {
        return false;
    }

    /** It fails of control characters itself, before any filter. */
    @Override
    protected List<String> statusesOfOddCookies() {
        return List.of("200", "400", "500");
    }
}
