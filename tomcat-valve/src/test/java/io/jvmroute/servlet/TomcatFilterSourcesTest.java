package io.jvmroute.servlet;

class TomcatFilterSourcesTest extends FilterSourcesContract {
    TomcatFilterSourcesTest() {
        super(TomcatFilterTest::start);
    }
}
