package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.forward.ForwardResult.Outcome;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose fault it is that no connection came up. */
final class NotConnectedTest {
    static Stream<Arguments> causes() {
        return Stream.of(
                Arguments.of(new ConnectException("refused"), ProxyError.CONNECTION_REFUSED),
                Arguments.of(new SocketTimeoutException("connect"), ProxyError.CONNECTION_TIMEOUT),
                Arguments.of(new NoRouteToHostException("no route"), ProxyError.DESTINATION_IP_UNROUTABLE),
                Arguments.of(
                        new BindException("Permission denied"), // EACCES: a firewall or a route prohibits it
                        ProxyError.DESTINATION_IP_UNROUTABLE),
                Arguments.of(
                        new UnknownHostException("n1"), ProxyError.DNS_ERROR), // as that of a container that is gone
                Arguments.of(new SocketException("reset"), ProxyError.CONNECTION_TERMINATED));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void notConnected_faultOfTheNode_goesElsewhereWhereItMay(IOException cause, ProxyError error) {
        assertThat(ForwardResult.notConnected(cause, /* mayGoElsewhere= */ true))
                .isEqualTo(new ForwardResult(Outcome.UNREACHABLE, 503, cause.toString(), error));
        assertThat(ForwardResult.notConnected(cause, /* mayGoElsewhere= */ false))
                .isEqualTo(new ForwardResult(Outcome.FAILED, 502, cause.toString(), error));
    }

    static Stream<IOException> causesHere() {
        return Stream.of(
                new BindException("Cannot assign requested address"), // EADDRNOTAVAIL: no free port towards the node
                new LocalFailureException(new SocketException("Too many open files")));
    }

    @ParameterizedTest
    @MethodSource("causesHere")
    void notConnected_faultOfThisMachine_blamesNoNode(IOException cause) {
        ForwardResult expected =
                new ForwardResult(Outcome.FAILED, 503, cause.toString(), ProxyError.PROXY_INTERNAL_ERROR);

        assertThat(ForwardResult.notConnected(cause, /* mayGoElsewhere= */ true))
                .isEqualTo(expected);
        assertThat(ForwardResult.notConnected(cause, /* mayGoElsewhere= */ false))
                .isEqualTo(expected);
    }
}
