package io.jvmroute.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class VisitTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void answeredBy_firstNodeIsNoMove() {
        Visit visit = Visit.NEW.answeredBy("n1", NOON);

        assertThat(visit.requests()).isEqualTo(1);
        assertThat(visit.moves()).isEmpty();
    }

    @Test
    void answeredBy_anotherNodeIsAMove() {
        Visit visit = Visit.NEW.answeredBy("n1", NOON).answeredBy("n1", NOON).answeredBy("n2", NOON);

        assertThat(visit.requests()).isEqualTo(3);
        assertThat(visit.moves()).containsExactly(new Move(NOON, "n1", "n2"));
    }

    @Test
    void answeredBy_keepsTheLatestMoves() {
        Visit visit = Visit.NEW;
        for (int i = 0; i <= 30; i++) {
            visit = visit.answeredBy("n" + i, NOON);
        }

        assertThat(visit.moves()).hasSize(20).endsWith(new Move(NOON, "n29", "n30"));
    }

    @Test
    void visit_survivesTheWayToAnotherNode() throws IOException, ClassNotFoundException {
        Visit visit = Visit.NEW
                .answeredBy("n1", NOON)
                .answeredBy("n2", NOON)
                .withCart(Cart.EMPTY.plus(Catalogue.PRODUCTS.get(0), 2))
                .withUser("Ada");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(visit);
        }

        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(visit);
        }
    }
}
