package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinsTest {
    private static final ArtifactKey KEY = new ArtifactKey("a".repeat(64));

    private final ObjectStore store = new InMemoryObjectStore();
    private final Pins pins = new Pins(store);

    @Test
    void pin_closed_isGone() {
        try (Pins.Pin pin = pins.pin(List.of(KEY), "trainer 1/2")) {
            pin.renew();
            assertThat(store.list("pins/held/trainer-1-2-")).hasSize(1);
            assertThat(pins.held(Instant.now()).holds(KEY)).isTrue();
        }
        assertThat(store.list("pins/")).isEmpty();
        assertThat(pins.held(Instant.now()).holds(KEY)).isFalse();
    }

    @Test
    void pin_twoOfOneHolder_doNotDisturbEachOther() {
        Pins.Pin first = pins.pin(List.of(KEY), "cli");
        try (Pins.Pin second = pins.pin(List.of(KEY), "cli")) {
            first.close();
            second.renew();
            assertThat(pins.held(Instant.now()).holds(KEY)).isTrue();
        }
    }

    @Test
    void held_notRenewedForADay_isStale() {
        pins.pin(List.of(KEY), "dead").renew();
        assertThat(pins.held(Instant.now().plus(Pins.STALE_AFTER).minusSeconds(60))
                        .holds(KEY))
                .isTrue();
        assertThat(pins.held(Instant.now().plus(Pins.STALE_AFTER).plusSeconds(60))
                        .holds(KEY))
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
        new Pins(broken).pin(List.of(KEY), "cli").close();
        assertThat(broken.list("pins/")).hasSize(1);
    }

    @Test
    void held_pinOfAnOlderRelease_counts() {
        store.put("pins/" + KEY + "/trainer-1", new byte[1]);
        assertThat(pins.held(Instant.now()).keys()).containsExactly(KEY);
    }

    @Test
    void held_unreadablePin_mayHoldAnythingUntilItIsStale() {
        store.put("pins/held/garbage", new byte[7]);
        store.put("pins/held/huge", new byte[1 << 20]);
        pins.pin(List.of(KEY), "reader");

        Pins.Held held = pins.held(Instant.now());

        assertThat(held.holds(new ArtifactKey("b".repeat(64)))).isTrue();
        assertThat(held.unreadable())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("pins/held/garbage", "7 bytes"))
                .anySatisfy(problem -> assertThat(problem).contains("pins/held/huge"));
        Instant later = Instant.now().plus(Pins.STALE_AFTER).plusSeconds(60);
        assertThat(pins.held(later).holds(KEY)).isFalse();
    }

    @Test
    void pinned_manyArtifacts_areInFewPinsThatAreRenewedTogether(@TempDir Path cache) {
        CountingStore counting = new CountingStore(store);
        AtomicLong nanos = new AtomicLong();
        ArtifactRepository repository = new ArtifactRepository(counting, cache);
        try (PinnedArtifacts pinned = new PinnedArtifacts(repository, "cli", nanos::get)) {
            List<ArtifactKey> keys = IntStream.range(0, 300)
                    .mapToObj(i -> new ArtifactKey("%064x".formatted(i)))
                    .toList();
            pinned.pin(keys);
            pinned.pin(keys.subList(0, 10));
            pinned.pin(List.of(KEY));
            assertThat(counting.count(Method.PUT, "pins/")).isEqualTo(3);
            assertThat(store.list("pins/")).hasSize(2);
            assertThat(pins.held(Instant.now()).keys()).hasSize(301);

            counting.reset();
            pinned.renew();
            assertThat(counting.requests()).isEmpty();
            nanos.set(PinnedArtifacts.RENEW_NANOS);
            pinned.renew();
            pinned.renew();
            assertThat(counting.count(Method.PUT, "pins/")).isEqualTo(2);
        }
        assertThat(store.list("pins/")).isEmpty();
    }

    @Test
    void renew_storeAway_isNotTriedAtEveryCall(@TempDir Path cache) {
        AtomicLong nanos = new AtomicLong();
        AtomicInteger tries = new AtomicInteger();
        ObjectStore away = new InMemoryObjectStore() {
            @Override
            public void put(String name, byte[] content) {
                if (nanos.get() > 0) {
                    tries.incrementAndGet();
                    throw new StoreException("down");
                }
                super.put(name, content);
            }
        };
        PinnedArtifacts pinned = new PinnedArtifacts(new ArtifactRepository(away, cache), "trainer", nanos::get);
        pinned.pin(List.of(KEY));
        nanos.set(PinnedArtifacts.RENEW_NANOS);
        assertThatThrownBy(pinned::renew).isInstanceOf(StoreException.class);
        pinned.renew();
        assertThat(tries).hasValue(1);
        nanos.addAndGet(PinnedArtifacts.RETRY_NANOS);
        assertThatThrownBy(pinned::renew).isInstanceOf(StoreException.class);
        assertThat(tries).hasValue(2);
    }
}
