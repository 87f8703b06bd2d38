package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmroute.cluster.HopKey;
import io.jvmroute.http.ClientEnd;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HopTicketsTest {
    private static final HopTicket TICKET = new HopTicket(
            "boot-1", "boot-2", new ClientEnd("2001:db8::7", 4711, "https", "app.example", 8443), "ab12", 7, "digest");
    private static final String TARGET = "/a;jsessionid=1.n1?{q}=\u00e9";

    private final HopKey first = key("k1", 1);
    private final HopKey second = key("k2", 2);
    private final HopTickets tickets = new HopTickets(() -> List.of(first, second));

    private static HopKey key(String id, int fill) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) fill);
        return new HopKey(id, secret);
    }

    @Test
    void verify_issued_isTheTicket() {
        String header = tickets.issue(TICKET, "GET", TARGET);

        assertThat(tickets.verify(header, "GET", TARGET)).isEqualTo(TICKET);
        assertThat(header).matches("[0-9A-Za-z~.:_%\\[\\]-]+").hasSizeLessThan(200);
    }

    /** What the version after this one may issue: all that this one does, and more. */
    private String signed(String version, String method, String target, String... values) {
        TicketSigner signer = new TicketSigner(first);
        signer.put(version);
        signer.put(first.id());
        for (String value : values) {
            signer.put(value);
        }
        return signer.sign(method, target);
    }

    private static String[] valuesAnd(int more) {
        return Stream.concat(
                        Stream.of(
                                "boot-1",
                                "boot-2",
                                "2001:db8::7",
                                "4711",
                                "https",
                                "app.example",
                                "8443",
                                "ab12",
                                "7",
                                "digest"),
                        Collections.nCopies(more, "more").stream())
                .toArray(String[]::new);
    }

    @Test
    void verify_ofTheNextVersion_isReadAsFarAsItIsKnown() {
        for (int more : new int[] {0, 1, 8}) {
            assertThat(tickets.verify(signed("2", "GET", TARGET, valuesAnd(more)), "GET", TARGET))
                    .as("%s more", more)
                    .isEqualTo(TICKET);
        }
        String next = signed("2", "GET", TARGET, valuesAnd(1));
        assertThat(tickets.verify(next.replace("more", "less"), "GET", TARGET)).isNull();
        assertThat(tickets.verify(next.replaceFirst("^2", "1"), "GET", TARGET)).isNull();
        assertThat(tickets.verify(signed("1", "GET", TARGET, valuesAnd(1)), "GET", TARGET))
                .isNull();
        assertThat(tickets.verify(signed("2", "GET", TARGET, valuesAnd(9)), "GET", TARGET))
                .isNull();
        assertThat(tickets.verify(signed("3", "GET", TARGET, valuesAnd(1)), "GET", TARGET))
                .isNull();
    }

    @Test
    void verifyRefusal_ofTheNextVersion_isReadAsFarAsItIsKnown() {
        String ticket = tickets.issue(TICKET, "GET", TARGET);
        String next = signed("2", "[not-mine]", ticket, "[not-mine]", "n2", "5", "more");
        assertThat(tickets.verifyRefusal(next, ticket)).isEqualTo(new HopRefusal("n2", 5));
        assertThat(tickets.verify(next, "[not-mine]", ticket)).isNull();
    }

    @Test
    void verify_anyFlippedBit_isRefused() {
        String header = tickets.issue(TICKET, "GET", TARGET);
        for (int i = 0; i < header.length(); i++) {
            for (int bit = 0; bit < 16; bit++) {
                char[] flipped = header.toCharArray();
                flipped[i] ^= (char) (1 << bit);
                assertThat(tickets.verify(new String(flipped), "GET", TARGET))
                        .as("bit %s of character %s", bit, i)
                        .isNull();
            }
        }
        for (int i = 0; i < TARGET.length(); i++) {
            for (int bit = 0; bit < 16; bit++) {
                char[] flipped = TARGET.toCharArray();
                flipped[i] ^= (char) (1 << bit);
                assertThat(tickets.verify(header, "GET", new String(flipped))).isNull();
            }
        }
    }

    @Test
    void verify_otherSpellingOfTheSameCode_isRefused() {
        String header = tickets.issue(TICKET, "GET", TARGET);
        String text = header.substring(0, header.length() - 1);
        char last = header.charAt(header.length() - 1);
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=".toCharArray()) {
            assertThat(tickets.verify(text + c, "GET", TARGET)).isEqualTo(c == last ? TICKET : null);
        }
    }

    @Test
    void verify_oversize_isRefusedWithoutAnException() {
        String header = tickets.issue(TICKET, "GET", "/");

        assertThat(tickets.verify(header.replace("boot-1", "b".repeat(5000)), "GET", "/"))
                .isNull();
    }

    @Test
    void verify_shortenedProlongedOrForAnother_isRefused() {
        String header = tickets.issue(TICKET, "GET", TARGET);
        for (int i = 0; i < header.length(); i++) {
            assertThat(tickets.verify(header.substring(0, i), "GET", TARGET)).isNull();
            assertThat(tickets.verify(header.substring(i + 1), "GET", TARGET)).isNull();
        }
        assertThat(tickets.verify(header + "A", "GET", TARGET)).isNull();
        assertThat(tickets.verify(header + "=", "GET", TARGET)).isNull();
        assertThat(tickets.verify(header, "POST", TARGET)).isNull();
        assertThat(tickets.verify(header, "GET", TARGET + "x")).isNull();
        assertThat(tickets.verify(header, "GE", "T" + TARGET)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "~",
                "1",
                "1~k1",
                "~~~~~~~~~~~",
                "1~k1~~~~~~~~~~",
                "%",
                "1~%~a~b~c~d~e~f~g~h~i~",
                "\u0000",
                "€"
            })
    void verify_garbage_isRefusedWithoutAnException(String garbage) {
        assertThat(tickets.verify(garbage, "GET", "/")).isNull();
        assertThat(tickets.verify(garbage + "A".repeat(43), "GET", "/")).isNull();
        assertThat(tickets.verify(garbage.repeat(5000), "GET", "/")).isNull();
    }

    @Test
    void verify_randomText_isRefusedWithoutAnException() {
        Random random = new Random(3);
        String alphabet = "1~k%:.A\u00ff-";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder("1~k1");
            for (int i = random.nextInt(80); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(tickets.verify(text.toString(), "GET", "/")).isNull();
        }
    }

    @Test
    void verify_authenticButNotATicket_isRefusedWithoutAnException() {
        TicketSigner signer = new TicketSigner(first);
        for (String value : List.of("1", "k1", "a", "b", "c", "not a number", "d", "e", "80", "f", "-1", "g")) {
            signer.put(value);
        }
        assertThat(tickets.verify(signer.sign("GET", "/"), "GET", "/")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "~", "a~b", "%7E", "a b\r\n\u0000", "h\u00e9\u20ac\ud83d\ude00", "[::1]", ";,=\"", "%"})
    void verify_oddValues_comeBack(String odd) {
        HopTicket ticket = new HopTicket(odd, odd, new ClientEnd(odd, 0, odd, odd, -1), odd, Long.MAX_VALUE, odd);

        assertThat(tickets.verify(tickets.issue(ticket, "GET", "/"), "GET", "/"))
                .isEqualTo(ticket);
    }

    @Test
    void verify_valuesMovedOverABorder_areRefused() {
        String header = tickets.issue(TICKET, "GET", "/");

        assertThat(tickets.verify(header.replace("boot-1~boot-2", "boot-1boot-2~"), "GET", "/"))
                .isNull();
    }

    @Test
    void verify_rotatedKeys_bothHoldUntilOneIsGone() {
        String old = new HopTickets(() -> List.of(second)).issue(TICKET, "GET", "/");
        AtomicReference<List<HopKey>> keys = new AtomicReference<>(List.of(second));
        HopTickets current = new HopTickets(keys::get);

        assertThat(current.verify(old, "GET", "/")).isEqualTo(TICKET);
        keys.set(List.of(first, second));
        assertThat(current.verify(old, "GET", "/")).isEqualTo(TICKET);
        assertThat(current.issue(TICKET, "GET", "/")).startsWith("1~k1~");
        keys.set(List.of(first));
        assertThat(current.verify(old, "GET", "/")).isNull();
        keys.set(List.of(key("k2", 3)));
        assertThat(current.verify(old, "GET", "/")).isNull();
    }

    @Test
    void verify_twoKeysOfOneName_bothHold() {
        String header = new HopTickets(() -> List.of(key("k1", 9))).issue(TICKET, "GET", "/");

        assertThat(new HopTickets(() -> List.of(first, key("k1", 9))).verify(header, "GET", "/"))
                .isEqualTo(TICKET);
    }

    @Test
    void issue_withoutKey_fails() {
        HopTickets none = new HopTickets(List::of);
        assertThatThrownBy(() -> none.issue(TICKET, "GET", "/")).isInstanceOf(IllegalStateException.class);
        assertThat(none.verify(tickets.issue(TICKET, "GET", "/"), "GET", "/")).isNull();
    }

    @Test
    void issue_longHost_isCoveredWholeOrThereIsNone() {
        for (int length = 3900; length < 4200; length++) {
            HopTicket large = new HopTicket("a", "b", new ClientEnd("c", 0, "http", "h".repeat(length), 80), "", 0, "");

            String header = tickets.issue(large, "GET", "/");

            assertThat(header).hasSizeLessThanOrEqualTo(HopTickets.MAX_LENGTH);
            assertThat(tickets.verify(header, "GET", "/")).isEqualTo(header.equals(HopTickets.TOO_LONG) ? null : large);
        }
        assertThat(tickets.verify(tickets.issue(TICKET, "GET", "/"), "GET", "/"))
                .isEqualTo(TICKET);
    }

    @Test
    void issue_longTarget_isCoveredWhole() {
        String target = "/" + "x".repeat(5000);
        String header = tickets.issue(TICKET, "GET", target);

        assertThat(tickets.verify(header, "GET", target)).isEqualTo(TICKET);
        assertThat(tickets.verify(header, "GET", target.substring(1) + "y")).isNull();
    }

    @Test
    void issue_manyThreads_shareNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> running = IntStream.range(0, 8)
                    .<Future<?>>mapToObj(n -> threads.submit(() -> {
                        for (int i = 0; i < 2000; i++) {
                            String target = "/" + n + "/" + i;
                            String header = tickets.issue(TICKET, "GET", target);
                            assertThat(tickets.verify(header, "GET", target)).isEqualTo(TICKET);
                        }
                    }))
                    .toList();
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, Long.MAX_VALUE})
    void verifyRefusal_comesBackForItsTicketAlone(long epoch) {
        String ticket = tickets.issue(TICKET, "GET", TARGET);
        HopRefusal refusal = new HopRefusal(epoch == 0 ? "" : "n2", epoch);
        String header = tickets.refuse(refusal, ticket);

        assertThat(tickets.verifyRefusal(header, ticket)).isEqualTo(refusal);
        assertThat(tickets.verifyRefusal(header, ticket + "x")).isNull();
        assertThat(tickets.verifyRefusal(header, tickets.issue(TICKET, "GET", "/other")))
                .isNull();
        assertThat(new HopTickets(() -> List.of(second)).verifyRefusal(header, ticket))
                .isNull();
    }

    @Test
    void verifyRefusal_flippedBit_isRefused() {
        String ticket = tickets.issue(TICKET, "GET", TARGET);
        String header = tickets.refuse(new HopRefusal("n2", 7), ticket);
        for (int i = 0; i < header.length(); i++) {
            char[] flipped = header.toCharArray();
            flipped[i] = (char) (flipped[i] ^ 1);
            assertThat(tickets.verifyRefusal(new String(flipped), ticket)).isNull();
        }
    }

    @Test
    void verifyRefusal_ticketsAreNoRefusalsNorTheOtherWayRound() {
        String ticket = tickets.issue(TICKET, "GET", TARGET);
        String refusal = tickets.refuse(HopRefusal.OTHER_LIFE, ticket);

        assertThat(tickets.verifyRefusal(ticket, TARGET)).isNull();
        assertThat(tickets.verify(refusal, "[not-mine]", ticket)).isNull();
    }
}
