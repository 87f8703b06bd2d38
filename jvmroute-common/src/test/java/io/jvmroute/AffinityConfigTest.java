package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jvmroute.AffinityConfig.Mode;
import io.jvmroute.cluster.Node;
import io.jvmroute.policy.Balance;
import io.jvmroute.status.StatusOptions;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AffinityConfigTest {
    private static final String SECRET = "0123456789abcdef";
    private static final String ROUTE_RULE = "1 to 64 characters of A-Z a-z 0-9 _ -, no dots";

    private static AffinityConfigBuilder peer() {
        return AffinityConfig.builder().containerRoute("n1");
    }

    private static AffinityConfigBuilder frontend() {
        return AffinityConfig.builder().mode(Mode.FRONTEND);
    }

    private static void assertFault(AffinityConfigBuilder builder, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(builder::build)
                .withMessage(message);
    }

    // ---- every option ----

    @Test
    void build_nothingSet_defaultsOfAPeer() {
        assertThat(peer().build())
                .isEqualTo(new AffinityConfig(
                        Mode.PEER,
                        List.of(),
                        "127.0.0.1",
                        null,
                        "n1",
                        List.of(),
                        /* healthCheck= */ null,
                        Balance.LOCAL,
                        /* strict= */ false,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        /* drainFile= */ null,
                        /* maxForwards= */ 0,
                        Duration.ofHours(1),
                        /* maxTunnels= */ 10_000,
                        /* weight= */ 1,
                        Duration.ofSeconds(30),
                        "jvmroute",
                        5701,
                        /* trustStore= */ null,
                        List.of(),
                        List.of(),
                        new ClusterOptions(
                                /* consistent= */ false,
                                /* failsBack= */ false,
                                /* allowedNodes= */ List.of(),
                                /* hazelcastConfig= */ null),
                        AffinityOptions.DEFAULT,
                        /* status= */ null,
                        /* hazelcast= */ null));
    }

    @Test
    void build_nothingSet_defaultsOfAFrontend() {
        AffinityConfig config = frontend().build();
        assertThat(config.mode()).isEqualTo(Mode.FRONTEND);
        assertThat(config.route()).isNull();
        assertThat(config.balance()).isEqualTo(Balance.LEAST_REQUESTS);
    }

    static Stream<Arguments> goodValues() {
        return Stream.of(
                good("mode", "peer", AffinityConfig::mode, Mode.PEER),
                good("members", "127.0.0.1", AffinityConfig::members, List.of("127.0.0.1")),
                good(
                        "members",
                        " 127.0.0.1:5702 ,, [::1]:5703, ",
                        AffinityConfig::members,
                        List.of("127.0.0.1:5702", "[::1]:5703")),
                good("members", "", AffinityConfig::members, List.of()),
                good(
                        "members",
                        "127.0.0.1:1,127.0.0.2:65535",
                        AffinityConfig::members,
                        List.of("127.0.0.1:1", "127.0.0.2:65535")),
                good("bindAddress", "127.0.0.1", AffinityConfig::bindAddress, "127.0.0.1"),
                good("bindAddress", "::1", AffinityConfig::bindAddress, "::1"),
                good("bindAddress", "localhost", AffinityConfig::bindAddress, "localhost"),
                good("bindAddress", "", AffinityConfig::bindAddress, "127.0.0.1"),
                good("url", "http://10.0.0.1:8080", AffinityConfig::url, URI.create("http://10.0.0.1:8080")),
                good("url", "https://h:8443", AffinityConfig::url, URI.create("https://h:8443")),
                good("url", "http://host.example:1/", AffinityConfig::url, URI.create("http://host.example:1")),
                good("url", "http://[::1]:65535", AffinityConfig::url, URI.create("http://[::1]:65535")),
                good("route", "n1", AffinityConfig::route, "n1"),
                good("affinity", "session", AffinityConfig::route, "n1"),
                good("balance", "local", AffinityConfig::balance, Balance.LOCAL),
                good("balance", "round-robin", AffinityConfig::balance, Balance.ROUND_ROBIN),
                good("balance", "least-requests", AffinityConfig::balance, Balance.LEAST_REQUESTS),
                good("balance", "least-sessions", AffinityConfig::balance, Balance.LEAST_SESSIONS),
                good("onOwnerDown", "redispatch", AffinityConfig::strict, false),
                good("onOwnerDown", "reject", AffinityConfig::strict, true),
                good("partitionPolicy", "available", config -> config.cluster().consistent(), false),
                good("partitionPolicy", "consistent", config -> config.cluster().consistent(), true),
                good("failback", "none", config -> config.cluster().failsBack(), false),
                good("failback", "home", config -> config.cluster().failsBack(), true),
                good("allowedNodes", "", config -> config.cluster().allowedNodes(), List.of()),
                good(
                        "allowedNodes",
                        "127.0.0.0/8, 2001:db8::/32",
                        config -> config.cluster().allowedNodes(),
                        List.of("127.0.0.0/8", "2001:db8::/32")),
                good("connectTimeout", "500ms", AffinityConfig::connectTimeout, Duration.ofMillis(500)),
                good("responseTimeout", "5m", AffinityConfig::responseTimeout, Duration.ofMinutes(5)),
                good("idleTimeout", "1h", AffinityConfig::idleTimeout, Duration.ofHours(1)),
                good("drainTimeout", "90 s", AffinityConfig::drainTimeout, Duration.ofSeconds(90)),
                good(
                        "drainFile",
                        "drain",
                        AffinityConfig::drainFile,
                        Path.of("drain").toAbsolutePath()),
                good("maxForwards", "1", AffinityConfig::maxForwards, 1),
                good("maxForwards", "1000000", AffinityConfig::maxForwards, 1_000_000),
                good("tunnelTimeout", "5m", AffinityConfig::tunnelTimeout, Duration.ofMinutes(5)),
                good("trustedProxies", "10.0.0.0/8, ::1", AffinityConfig::trustedProxies, List.of("10.0.0.0/8", "::1")),
                good("maxTunnels", "1", AffinityConfig::maxTunnels, 1),
                good("maxTunnels", "1000000", AffinityConfig::maxTunnels, 1_000_000),
                good("weight", "1", AffinityConfig::weight, 1),
                good("weight", "1000", AffinityConfig::weight, 1000),
                good("slowStart", "0s", AffinityConfig::slowStart, Duration.ZERO),
                good("slowStart", "2m", AffinityConfig::slowStart, Duration.ofMinutes(2)),
                good("clusterName", "shop.eu_1-b", AffinityConfig::clusterName, "shop.eu_1-b"),
                good("hazelcastPort", "0", AffinityConfig::hazelcastPort, 0),
                good("hazelcastPort", " 65535 ", AffinityConfig::hazelcastPort, 65_535),
                good("secret", SECRET, AffinityConfig::secrets, List.of(SECRET)),
                good(
                        "secret",
                        "new-" + SECRET + " , " + SECRET,
                        AffinityConfig::secrets,
                        List.of("new-" + SECRET, SECRET)),
                good("secret", "", AffinityConfig::secrets, List.of()));
    }

    private static Arguments good(String name, String text, Function<AffinityConfig, Object> option, Object value) {
        return arguments(name, text, option, value);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("goodValues")
    void build_goodValue(String name, String text, Function<AffinityConfig, Object> option, Object value) {
        assertThat(option.apply(peer().set(name, text).build())).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}: {1} (expected: {2})")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        mode            | cluster                | peer or frontend
        mode            | PEER                   | peer or frontend
        mode            | ""                     | peer or frontend
        members         | "n 2"                  | host[:port]
        members         | 127.0.0.1:0            | host[:port]
        members         | 127.0.0.1:65536        | host[:port]
        members         | 127.0.0.1:123456       | host[:port]
        members         | 127.0.0.1:             | host[:port]
        members         | :5701                  | host[:port]
        members         | ::1                    | host[:port]
        members         | http://127.0.0.1       | host[:port]
        members         | 10.255.255.1           | loopback addresses while bindAddress is 127.0.0.1, or a bindAddress that they reach
        members         | 10.255.255.1:5702      | loopback addresses while bindAddress is 127.0.0.1, or a bindAddress that they reach
        members         | [2001:db8::1]:5702     | loopback addresses while bindAddress is 127.0.0.1, or a bindAddress that they reach
        bindAddress     | 0.0.0.0                | the address of one interface, not a wildcard
        bindAddress     | ::                     | the address of one interface, not a wildcard
        bindAddress     | [::]                   | the address of one interface, not a wildcard
        bindAddress     | 0                      | the address of one interface, not a wildcard
        bindAddress     | 192.0.2.1              | an address of this machine
        bindAddress     | 2001:db8::1            | an address of this machine
        bindAddress     | 127.0.0.1.             | the address of one interface of this machine
        bindAddress     | no such host           | the address of one interface of this machine
        url             | ""                     | http://host:port or https://host:port
        url             | 127.0.0.1:8080         | http://host:port or https://host:port
        url             | http://127.0.0.1       | http://host:port or https://host:port
        url             | http://127.0.0.1:0     | http://host:port or https://host:port
        url             | http://127.0.0.1:65536 | http://host:port or https://host:port
        url             | ftp://127.0.0.1:8443   | http://host:port or https://host:port
        url             | http://127.0.0.1:80/x  | http://host:port or https://host:port
        url             | http://127.0.0.1:80/?x | http://host:port or https://host:port
        url             | http://127.0.0.1:80?x  | http://host:port or https://host:port
        url             | http://127.0.0.1:80#x  | http://host:port or https://host:port
        url             | http://u@127.0.0.1:80  | http://host:port or https://host:port
        url             | "http://a b:80"        | http://host:port or https://host:port
        affinity        | sesion                 | session, cookie, app-cookie(NAME), header(NAME), client-ip or tls-session
        affinity        | app-cookie             | session, cookie, app-cookie(NAME), header(NAME), client-ip or tls-session
        affinity        | header(a b)            | session, cookie, app-cookie(NAME), header(NAME), client-ip or tls-session
        affinity        | client-ip(x)           | session, cookie, app-cookie(NAME), header(NAME), client-ip or tls-session
        balance         | random                 | local or round-robin or least-requests or least-sessions
        balance         | round_robin            | local or round-robin or least-requests or least-sessions
        onOwnerDown     | retry                  | redispatch or reject
        partitionPolicy | strict                 | available or consistent
        failback        | yes                    | none or home
        allowedNodes    | localhost              | an address, or address/bits
        allowedNodes    | 10.0.0.0/33            | an address, or address/bits
        maxForwards     | 0                      | a number from 1 to 1000000
        maxForwards     | 1000001                | a number from 1 to 1000000
        maxForwards     | many                   | a number from 1 to 1000000
        tunnelTimeout   | 0s                     | > 0 and at most 24h
        maxTunnels      | 0                      | a number from 1 to 1000000
        maxTunnels      | 1000001                | a number from 1 to 1000000
        weight          | 0                      | a number from 1 to 1000
        weight          | 1001                   | a number from 1 to 1000
        weight          | 1.5                    | a number from 1 to 1000
        slowStart       | -1s                    | a time such as 500ms, 30s, 5m or 1h
        slowStart       | 25h                    | at most 24h
        clusterName     | "a b"                  | 1 to 64 characters of A-Z a-z 0-9 _ . -
        clusterName     | a/b                    | 1 to 64 characters of A-Z a-z 0-9 _ . -
        hazelcastPort   | -1                     | a number from 0 to 65535
        drainFile       | /                      | a file in a folder that is there
        drainFile       | /no/such/folder/drain  | a file in a folder that is there
        hazelcastPort   | 65536                  | a number from 0 to 65535
        hazelcastPort   | ""                     | a number from 0 to 65535
        hazelcastPort   | 99999999999            | a number from 0 to 65535
        backends        | n2=http://h:80         | none in peer mode: nodes register themselves
        """)
    void build_badValue(String name, String text, String expected) {
        String shown = name.equals("backends") ? "given" : text;
        assertFault(peer().set(name, text), name + ": " + shown + " (expected: " + expected + ")");
    }

    @Test
    void options_eachHasAGoodAndABadCase() {
        Set<String> good = new TreeSet<>(Set.of(
                "backends",
                "healthPath",
                "healthInterval",
                "healthRise",
                "healthFall",
                "trustStore",
                "trustStorePassword",
                "trustStoreType",
                "hazelcastConfig", // MemberFileTest has it
                "statusPath",
                "statusToken",
                "statusAllow"));
        good.addAll(AffinityOptions.NAMES); // AffinityOptionsTest has those
        goodValues().forEach(arguments -> good.add((String) arguments.get()[0]));
        assertThat(good).containsExactlyInAnyOrderElementsOf(AffinityConfigBuilder.OPTIONS);
    }

    @Test
    void set_twice_theLastCounts() {
        assertThat(peer().set("weight", "x").set("weight", "2").build().weight())
                .isEqualTo(2);
    }

    @Test
    void build_methods_areTheOptions() {
        AffinityConfig config = AffinityConfig.builder()
                .mode(Mode.PEER)
                .members("127.0.0.1", "127.0.0.1:5702")
                .bindAddress("127.0.0.1")
                .url(URI.create("http://127.0.0.1:8081"))
                .route("n7")
                .hazelcastPort(5705)
                .clusterName("shop")
                .connectTimeout(Duration.ofMillis(250))
                .responseTimeout(Duration.ofSeconds(5))
                .build();
        assertThat(config.mode()).isEqualTo(Mode.PEER);
        assertThat(config.members()).containsExactly("127.0.0.1", "127.0.0.1:5702");
        assertThat(config.url()).isEqualTo(URI.create("http://127.0.0.1:8081"));
        assertThat(config.route()).isEqualTo("n7");
        assertThat(config.hazelcastPort()).isEqualTo(5705);
        assertThat(config.clusterName()).isEqualTo("shop");
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.responseTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    // ---- times ----

    @ParameterizedTest
    @CsvSource({"1ms, PT0.001S", "30s, PT30S", "30 s, PT30S", "5m, PT5M", "24h, PT24H", "86400000ms, PT24H", "01s, PT1S"
    })
    void time_units(String text, Duration expected) {
        assertThat(peer().set("idleTimeout", text).build().idleTimeout()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "-1s", "1.5s", "s", "1 day", "1S", "1min", "1s 1ms", "PT1S", "9999999999s"})
    void time_notATime(String text) {
        for (String name : List.of("connectTimeout", "responseTimeout", "idleTimeout", "tunnelTimeout")) {
            assertFault(
                    peer().set(name, text),
                    name + ": " + text + " (expected: a time > 0 such as 500ms, 30s, 5m or 1h)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "0ms", "86400001ms", "25h", "999999999h"})
    void time_outOfRange(String text) {
        for (String name : List.of("connectTimeout", "responseTimeout", "idleTimeout", "tunnelTimeout")) {
            assertFault(peer().set(name, text), name + ": " + text + " (expected: > 0 and at most 24h)");
        }
    }

    // ---- several faults ----

    @Test
    void build_severalFaults_areAllInOneMessage() {
        AffinityConfigBuilder builder = AffinityConfig.builder()
                .containerRoute(null)
                .set("Weight", "7")
                .set("mode", "peers")
                .set("weight", "0")
                .set("connectTimeout", "-1s")
                .set("members", "127.0.0.1:0, a b")
                .set("secret", "short");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(builder::build)
                .satisfies(fault -> assertThat(fault.getMessage().split("; (?=[A-Za-z]+: )"))
                        .containsExactlyInAnyOrder(
                                unknown("Weight"),
                                "mode: peers (expected: peer or frontend)",
                                "weight: 0 (expected: a number from 1 to 1000)",
                                "connectTimeout: -1s (expected: a time > 0 such as 500ms, 30s, 5m or 1h)",
                                "members: 127.0.0.1:0 (expected: host[:port])",
                                "members: a b (expected: host[:port])",
                                "secret: 5 characters (expected: at least 16 for each secret)",
                                "jvmRoute: missing (expected: " + ROUTE_RULE + "; every node needs one of its own)"));
    }

    private static String unknown(String name) {
        return name + ": unknown option (expected: one of " + String.join(", ", AffinityConfigBuilder.OPTIONS) + ")";
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mode", "member", "", "timeout"})
    void set_unknownOption(String name) {
        assertFault(peer().set(name, "x"), unknown(name));
    }

    @Test
    void set_misspeltSecret_isNotShown() {
        AffinityConfigBuilder builder = peer().set("secrets", SECRET);
        assertThat(builder.toString()).doesNotContain(SECRET);
        assertFault(builder, unknown("secrets"));
    }

    // ---- route ----

    @Test
    void route_missing() {
        assertFault(
                AffinityConfig.builder().containerRoute(""),
                "jvmRoute: missing (expected: " + ROUTE_RULE + "; every node needs one of its own)");
    }

    @Test
    void route_containerAskedLater() {
        AffinityConfig open = AffinityConfig.builder().build();

        assertThat(open.route()).isNull();
        assertThat(open.withContainerRoute("n1").route()).isEqualTo("n1");
        assertThat(open.withContainerRoute("n1").withContainerRoute("n1").route())
                .isEqualTo("n1");
        assertThat(peer().build().withContainerRoute(null).route()).isEqualTo("n1");
        assertThat(frontend().build().withContainerRoute("fe1").route()).isNull();
        assertThatThrownBy(() -> open.withContainerRoute(null)).hasMessageContaining("route: missing");
        assertThatThrownBy(() -> open.withContainerRoute("n.1"))
                .hasMessageContaining("route: n.1 (expected: " + ROUTE_RULE);
        assertThatThrownBy(() -> peer().build().withContainerRoute("n2"))
                .hasMessageContaining("route: n1 (expected: the container's n2, or only one of the two)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n.1", "n 1", "n1;", "nä"})
    void route_bad(String route) {
        String rule = route + " (expected: " + ROUTE_RULE + "; every node needs one of its own)";
        assertFault(AffinityConfig.builder().route(route), "route: " + rule);
        assertFault(AffinityConfig.builder().containerRoute(route), "jvmRoute: " + rule);
    }

    @Test
    void route_fromContainerOrOption() {
        assertThat(peer().build().route()).isEqualTo("n1");
        assertThat(AffinityConfig.builder().route("n1").build().route()).isEqualTo("n1");
        assertThat(peer().route("n1").build().route()).isEqualTo("n1");
    }

    @Test
    void route_bothSetAndDifferent() {
        assertFault(peer().route("n2"), "route: n2 (expected: the container's n1, or only one of the two)");
        assertFault(
                frontend().containerRoute("n1").route("n2"),
                "route: n2 (expected: the container's n1, or only one of the two)");
    }

    @Test
    void route_ofAFrontend_isNone() {
        assertThat(frontend().containerRoute("fe1").build().route()).isNull();
    }

    // ---- what belongs together ----

    @Test
    void balance_localOfAFrontend() {
        assertFault(
                frontend().set("balance", "local"),
                "balance: local (expected: round-robin, least-requests or least-sessions in frontend mode)");
    }

    @Test
    void failback_whereSessionsDoNotSayWhereRequestsGo() {
        assertFault(
                AffinityConfig.builder().set("failback", "home").set("affinity", "cookie,session"),
                "failback: home (expected: none where affinity does not begin with session)");
    }

    @Test
    void balance_leastSessionsOfBackendsThatDoNotTellThem() {
        assertFault(
                frontend().set("balance", "least-sessions").set("backends", "n1=http://127.0.0.1:8080"),
                "balance: least-sessions (expected: another with backends, which do not tell how many they have)");
    }

    private static AffinityConfigBuilder withBackend() {
        return frontend().set("backends", "n1=http://127.0.0.1:8080");
    }

    @Test
    void healthCheck_good() {
        assertThat(withBackend().build().healthCheck()).isNull();
        assertThat(withBackend().set("healthPath", "/health?deep=1").build().healthCheck())
                .isEqualTo(new HealthCheck("/health?deep=1", Duration.ofSeconds(2), 2, 3));
        assertThat(withBackend()
                        .set("healthPath", "/")
                        .set("healthInterval", "500ms")
                        .set("healthRise", "1")
                        .set("healthFall", "100")
                        .build()
                        .healthCheck())
                .isEqualTo(new HealthCheck("/", Duration.ofMillis(500), 1, 100));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        healthPath      | health        | a path that begins with /, percent-encoded
        healthPath      | "/a b"        | a path that begins with /, percent-encoded
        healthPath      | /x#y          | a path that begins with /, percent-encoded
        healthPath      | ""            | a path that begins with /, percent-encoded
        healthInterval  | 0s            | > 0 and at most 24h
        healthInterval  | 2             | a time > 0 such as 500ms, 30s, 5m or 1h
        healthRise      | 0             | a number from 1 to 100
        healthFall      | 101           | a number from 1 to 100
        """)
    void healthCheck_bad(String name, String text, String expected) {
        assertFault(
                withBackend().set("healthPath", "/health").set(name, text),
                name + ": " + text + " (expected: " + expected + ")");
    }

    @Test
    void healthCheck_withoutPathOrBackends() {
        assertFault(
                withBackend().set("healthRise", "3"),
                "healthPath: missing (expected: a path, since healthRise is given)");
        assertFault(
                frontend().set("healthPath", "/health"),
                "healthPath: given (expected: none without backends: nodes tell how they are)");
    }

    @Test
    void backends_good() {
        assertThat(frontend()
                        .set(
                                "backends",
                                "n1=http://10.0.0.1:8080;weight=2, n2 = http://[::1]:8081/ ; weight=1000,n3=http://h:1")
                        .build()
                        .backends())
                .containsExactly(
                        Node.ofStatic("n1", URI.create("http://10.0.0.1:8080"), 2),
                        Node.ofStatic("n2", URI.create("http://[::1]:8081"), 1000),
                        Node.ofStatic("n3", URI.create("http://h:1"), 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h:80",
                "n1=h:80",
                "n1=http://h",
                "n.1=http://h:80",
                "=http://h:80",
                "n1=http://h:80;weight=0",
                "n1=http://h:80;weight=1001",
                "n1=http://h:80;weight=",
                "n1=http://h:80;w=1",
                "n1=http://u:p@h:80"
            })
    void backends_bad(String text) {
        assertFault(
                frontend().set("backends", text),
                "backends: " + text + " (expected: route=http://host:port or https with ;weight=1 to 1000 or without)");
    }

    @Test
    void backends_oneRouteTwice() {
        assertFault(
                frontend().set("backends", "n1=http://h:80, n1=http://h:81"),
                "backends: n1=http://h:81 (expected: each route once)");
    }

    @Test
    void members_severalOutsideLoopback_eachIsAFault() {
        assertFault(
                peer().members("127.0.0.1", "10.255.255.1", "10.255.255.2:5702"),
                "members: 10.255.255.1 (expected: loopback addresses while bindAddress is 127.0.0.1, or a bindAddress that they reach); members:"
                        + " 10.255.255.2:5702 (expected: loopback addresses while bindAddress is 127.0.0.1, or a bindAddress that they reach)");
    }

    // ---- secrets ----

    @Test
    void secret_tooShort() {
        assertFault(
                peer().set("secret", "0123456789abcde"),
                "secret: 15 characters (expected: at least 16 for each secret)");
        assertFault(
                peer().set("secret", SECRET + ",old"), "secret: 3 characters (expected: at least 16 for each secret)");
    }

    @Test
    void secret_moreThanTwo() {
        assertFault(
                peer().set("secret", SECRET + "1," + SECRET + "2," + SECRET + "3"),
                "secret: 3 secrets (expected: one, or new,old while rotating)");
    }

    @Test
    void toString_tellsNoSecret() {
        AffinityConfigBuilder builder = peer().set("secret", SECRET).set("weight", "2");
        assertThat(builder.toString()).contains("weight").doesNotContain(SECRET);
        assertThat(builder.build().toString()).contains("route=n1").doesNotContain(SECRET);
    }

    // ---- trust store ----

    @Test
    void trustStore_bad(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("none");
        assertFault(
                peer().set("trustStore", missing.toString()),
                "trustStore: " + missing + " (expected: a key store that can be read)");
        assertFault(
                peer().set("trustStore", folder.toString()),
                "trustStore: " + folder + " (expected: a key store that can be read)");
        assertFault(
                peer().set("trustStorePassword", "secret"),
                "trustStore: missing (expected: a file, since its password or type is given)");
        assertFault(
                peer().set("trustStoreType", "PKCS12"),
                "trustStore: missing (expected: a file, since its password or type is given)");

        String empty = keyStore(folder.resolve("empty"), "right");
        assertFault(
                peer().set("trustStore", empty).set("trustStorePassword", "right"),
                "trustStore: " + empty + " (expected: at least one trusted certificate)");
        for (AffinityConfigBuilder builder : List.of(
                peer().set("trustStorePassword", "wrong"),
                peer().set("trustStorePassword", "right").set("trustStoreType", "JCEKS"),
                peer().set("trustStorePassword", "right").set("trustStoreType", "none"))) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(builder.set("trustStore", empty)::build)
                    .withMessageStartingWith("trustStore: " + empty
                            + " (expected: a key store of trustStoreType that trustStorePassword opens: ");
        }
    }

    private static String keyStore(Path file, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
        return file.toString();
    }

    @Test
    void trustStorePassword_isNotShown() {
        assertThat(peer().set("trustStorePassword", "very secret").toString()).doesNotContain("very secret");
    }

    // ---- status ----

    @Test
    void status_isReadFromThreeOptions() {
        AffinityConfigBuilder builder = peer().set("statusPath", "/ops/jvmroute")
                .set("statusToken", SECRET)
                .set("statusAllow", "10.0.0.0/8, ::1");
        assertThat(builder.build().status())
                .isEqualTo(new StatusOptions("/ops/jvmroute", SECRET, List.of("10.0.0.0/8", "::1")));
        assertThat(builder.toString()).doesNotContain(SECRET);
        assertThat(builder.build().status().toString()).doesNotContain(SECRET);
        assertThat(builder.build().toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "jvmroute",
                "/a/",
                "//a",
                "/a;b",
                "/a?b",
                "/a#b",
                "/a%41",
                "/a b",
                "http://h/a",
                "/..",
                "/a/../b",
                "/\u00e4"
            })
    void statusPath_wrong(String path) {
        assertFault(
                peer().set("statusPath", path),
                "statusPath: " + path
                        + " (expected: a path such as /jvmroute, of A-Z a-z 0-9 - . _ ~, without / at its end)");
    }

    @Test
    void status_faultsOfItsOtherOptions() {
        assertFault(
                peer().set("statusPath", "/s").set("statusToken", "0123456789abcde"),
                "statusToken: 15 characters (expected: at least 16)");
        assertFault(
                peer().set("statusPath", "/s").set("statusToken", "0123456789 abcdef"),
                "statusToken: given (expected: characters of A-Z a-z 0-9 - . _ ~ + / with = at its end at most)");
        assertFault(
                peer().set("statusPath", "/s").set("statusAllow", "localhost"),
                "statusAllow: localhost (expected: an address, or address/bits)");
        assertFault(
                peer().set("statusToken", SECRET),
                "statusPath: missing (expected: a path such as /jvmroute, since statusToken is given)");
    }

    // ---- immutability ----

    @Test
    void lists_areCopied() {
        List<String> members = new ArrayList<>(Arrays.asList("127.0.0.1"));
        AffinityConfig config = peer().build();
        AffinityConfig copy = new AffinityConfig(
                config.mode(),
                members,
                config.bindAddress(),
                config.url(),
                config.route(),
                config.backends(),
                config.healthCheck(),
                config.balance(),
                config.strict(),
                config.connectTimeout(),
                config.responseTimeout(),
                config.idleTimeout(),
                config.drainTimeout(),
                config.drainFile(),
                config.maxForwards(),
                config.tunnelTimeout(),
                config.maxTunnels(),
                config.weight(),
                config.slowStart(),
                config.clusterName(),
                config.hazelcastPort(),
                config.trustStore(),
                members,
                members,
                config.cluster(),
                config.affinity(),
                config.status(),
                config.hazelcast());
        members.clear();
        assertThat(copy.members()).containsExactly("127.0.0.1");
        assertThat(copy.secrets()).containsExactly("127.0.0.1");
        assertThat(copy.trustedProxies()).containsExactly("127.0.0.1");
    }

    @Test
    void allowedNodes_holdThisNode() {
        String ranges = "10.0.0.0/8";
        assertThatThrownBy(() -> peer().set("allowedNodes", ranges).build())
                .hasMessageContaining("bindAddress: 127.0.0.1 (expected: an address in allowedNodes, no name)");
        for (String url : List.of("http://127.0.0.1:80", "http://n1.example:80", "http://[::1]:80")) {
            assertThatThrownBy(() ->
                            peer().set("allowedNodes", ranges).set("url", url).build())
                    .hasMessageContaining("url: ")
                    .hasMessageContaining("(expected: an address in allowedNodes, no name)");
        }
        peer().set("allowedNodes", ranges).set("url", "http://10.0.0.7:80").build();
        frontend().set("allowedNodes", ranges).build();
    }

    @Test
    void trustedProxies_areRangesOfAddresses() {
        assertThat(peer().set("trustedProxies", "10.0.0.0/8, ::1").build().trustedProxies())
                .containsExactly("10.0.0.0/8", "::1");
        for (String wrong : List.of("localhost", "10.0.0.0/33", "10.0.0", "::1/x")) {
            assertThatThrownBy(() -> peer().set("trustedProxies", wrong).build())
                    .hasMessageContaining("trustedProxies: " + wrong + " (expected: an address, or address/bits)");
        }
    }

    @Test
    void build_twice_givesEqualConfigs() {
        AffinityConfigBuilder builder = peer().set("weight", "3");
        assertThat(builder.build()).isEqualTo(builder.build());
    }
}
