package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;

class CreateIfAbsentProbeTest {
    @Test
    void run_honestStore_passesAndRemovesTheProbe() {
        InMemoryObjectStore store = new InMemoryObjectStore();

        CreateIfAbsentProbe.run(store, "probes/1");

        assertThat(store.list("")).isEmpty();
    }

    @Test
    void open_storeThatIgnoresTheCondition_isRefusedAndClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        InMemoryObjectStore store = new InMemoryObjectStore() {
            @Override
            public boolean createIfAbsent(String name, byte[] content) {
                put(name, content);
                return true;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };

        assertThatThrownBy(() -> ObjectStores.probed(store))
                .isInstanceOfSatisfying(
                        InvalidInputException.class, e -> assertThat(e.advice()).contains("If-None-Match"))
                .hasMessageContaining("memory: does not keep create-if-absent")
                .hasMessageContaining("4 of 4 concurrent creations");
        assertThat(store.list("")).isEmpty();
        assertThat(closed).isTrue();
    }

    @Test
    void run_storeThatForgetsAfterTheRace_isRefused() {
        AtomicInteger calls = new AtomicInteger();
        InMemoryObjectStore store = new InMemoryObjectStore() {
            @Override
            public boolean createIfAbsent(String name, byte[] content) {
                // Right among the four racers, wrong for the fifth call.
                return super.createIfAbsent(name, content) || calls.incrementAndGet() > 3;
            }
        };

        assertThatThrownBy(() -> CreateIfAbsentProbe.run(store, "probes/1"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a second creation of one object replaced it");
    }

    @Test
    void open_storeThatListsLate_isRefused() {
        InMemoryObjectStore store = new InMemoryObjectStore() {
            @Override
            public void visit(String prefix, String after, Predicate<StoredObject> visitor) {}
        };

        assertThatThrownBy(() -> ObjectStores.probed(store))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("memory: lists an object late");
    }

    @Test
    void run_unreachableStore_saysWhatTheStoreSaid() {
        InMemoryObjectStore store = new InMemoryObjectStore() {
            @Override
            public boolean createIfAbsent(String name, byte[] content) {
                throw new StoreException("no route to host");
            }

            @Override
            public void delete(String name) {
                throw new StoreException("no route to host, again");
            }
        };

        assertThatThrownBy(() -> CreateIfAbsentProbe.run(store, "probes/1"))
                .isInstanceOf(StoreException.class)
                .hasMessage("no route to host");
    }
}
