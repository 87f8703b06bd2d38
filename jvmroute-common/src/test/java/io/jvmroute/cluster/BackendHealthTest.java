package io.jvmroute.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.cluster.BackendHealth.Answer;
import io.jvmroute.cluster.BackendHealth.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackendHealthTest {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final BackendHealth health = new BackendHealth(/* rise= */ 2, /* fall= */ 3, INTERVAL);
    private long now = Long.MAX_VALUE - 7_000_000_000L; // it overflows soon

    private State answer(char answer) {
        now += INTERVAL.toNanos();
        return switch (answer) {
            case '+' -> health.after(Answer.GOOD, now);
            case '4' -> health.after(Answer.NO_NEW_SESSIONS, now);
            case '-' -> health.after(Answer.BAD, now);
            case 's' -> {
                health.suspect(now);
                yield health.state();
            }
            default -> throw new AssertionError(answer);
        };
    }

    /** Answers (+ good, 4 no new sessions, - bad, s a request could not reach it) and the states after each. */
    @ParameterizedTest
    @CsvSource({
        "+++,     UUU", // as it began
        "-,       D", // nothing is known yet
        "--+-++,  DDDDDU",
        "+--+--+, UUUUUUU", // never three in a row
        "+---+-++,UUUDDDDU",
        "+---++,  UUUDDU",
        "+4+4,    URUR", // at once, both ways
        "44---4+, RRRRDDU",
        "+---44,  UUUDDR",
        "+---4+,  UUUDDU",
        "+s++,    UDDU",
        "+sss-++, UDDDDDU"
    })
    void after_answers(String answers, String states) {
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < answers.length(); i++) {
            State state = answer(answers.charAt(i));
            seen.append(state == State.DRAINING ? 'R' : state.name().charAt(0));
        }
        assertThat(seen).hasToString(states);
    }

    @Test
    void flapping_isHeldDownLongerEachTime() {
        assertThat(answersUntilUp()).isEqualTo(2);
        assertThat(answersUntilUp()).isEqualTo(4); // 2 * 2 s * 2, as 4 answers take
        assertThat(answersUntilUp()).isEqualTo(8);
        assertThat(answersUntilUp()).isEqualTo(16);
        for (int i = 0; i < 20; i++) {
            answersUntilUp();
        }
        assertThat(answersUntilUp()).isEqualTo(30); // a minute, not more
    }

    @Test
    void flapping_longAgo_isForgiven() {
        answersUntilUp();
        assertThat(answersUntilUp()).isEqualTo(4);
        now += Duration.ofMinutes(1).toNanos();
        assertThat(answersUntilUp()).isEqualTo(2);
        assertThat(answersUntilUp()).isEqualTo(4);
    }

    private int answersUntilUp() {
        health.suspect(now);
        for (int answers = 1; answers < 1000; answers++) {
            if (answer('+') == State.UP) {
                return answers;
            }
        }
        throw new AssertionError("never up");
    }
}
