package io.jvmroute.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class CartTest {

    private static final Product SENCHA = Catalogue.PRODUCTS.get(0);
    private static final Product OOLONG = Catalogue.PRODUCTS.get(1);

    @Test
    void plus_addsUp() {
        Cart cart = Cart.EMPTY.plus(SENCHA, 2).plus(OOLONG, 1).plus(SENCHA, 3);

        assertThat(cart.quantity(SENCHA)).isEqualTo(5);
        assertThat(cart.items()).isEqualTo(6);
        assertThat(cart.totalCents()).isEqualTo(5 * SENCHA.cents() + OOLONG.cents());
    }

    @Test
    void plus_leavesTheOldCart() {
        Cart cart = Cart.EMPTY.plus(SENCHA, 1);

        assertThat(cart.plus(SENCHA, 1)).isNotEqualTo(cart);
        assertThat(cart.quantity(SENCHA)).isEqualTo(1);
    }

    @Test
    void plus_stopsAtTheMost() {
        assertThat(Cart.EMPTY.plus(SENCHA, 999).plus(SENCHA, 5).quantity(SENCHA))
                .isEqualTo(Cart.MAX_QUANTITY);
    }

    @Test
    void with_zeroTakesOut() {
        assertThat(Cart.EMPTY.plus(SENCHA, 2).with(SENCHA, 0)).isEqualTo(Cart.EMPTY);
    }

    @Test
    void constructor_refusesWhatNoFormSends() {
        assertThatThrownBy(() -> new Cart(Map.of("sencha", 0))).hasMessage("sencha: 0 (expected: 1 to 999)");
    }
}
