package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.junit.jupiter.api.Test;

class PinsTest {
    private static final ArtifactKey KEY = new ArtifactKey("a".repeat(64));

    private final ObjectStore store = new InMemoryObjectStore();
    private final Pins pins = new Pins(store);

    @Test
    void pin_closed_isGone() {
        try (Pins.Pin pin = pins.pin(KEY, "trainer 1/2")) {
            pin.renew();
            assertThat(store.list("pins/" + KEY + "/trainer-1-2-")).hasSize(1);
            assertThat(pins.held(KEY, Instant.now())).isTrue();
        }
        assertThat(store.list("pins/")).isEmpty();
        assertThat(pins.held(KEY, Instant.now())).isFalse();
    }

    @Test
    void pin_twoOfOneHolder_doNotDisturbEachOther() {
        Pins.Pin first = pins.pin(KEY, "cli");
        try (Pins.Pin second = pins.pin(KEY, "cli")) {
            first.close();
            second.renew();
            assertThat(pins.held(KEY, Instant.now())).isTrue();
        }
    }

    @Test
    void held_notRenewedForADay_isStale() {
        pins.pin(KEY, "dead").renew();
        assertThat(pins.held(KEY, Instant.now().plus(Pins.STALE_AFTER).minusSeconds(60)))
                .isTrue();
        assertThat(pins.held(KEY, Instant.now().plus(Pins.STALE_AFTER).plusSeconds(60)))
                .isFalse();
    }

    @Test
    void close_storeGone_failsNothing() {
        ObjectStore broken = new InMemoryObjectStore() {
            @Override
            public void delete(String name) {
                throw new StoreException("down");
            }
        };
        new Pins(broken).pin(KEY, "cli").close();
        assertThat(broken.list("pins/")).hasSize(1);
    }
}
