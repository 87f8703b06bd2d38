package io.jvmroute.servlet;

class JettyFilterSourcesTest extends FilterSourcesContract {
    JettyFilterSourcesTest() {
        super(JettyFilterTest::start);
    }
}
