package org.crvqa.coordinator.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TermFenceTest {
    @TempDir
    private Path folder;

    @Test
    void check_nextTermClaimed_isDeposed() {
        try (ObjectStore store = ObjectStores.open(StoreSettings.of(folder.toUri()))) {
            Terms terms = new Terms(store, Clock.systemUTC());
            TermFence fence = new TermFence(store, 7);
            assertThat(terms.claim(new Term(7, "first", "a:1"))).isTrue();
            fence.check();

            assertThat(terms.claim(new Term(8, "second", "b:1"))).isTrue();

            assertThat(fence.newerTermExists()).isTrue();
            assertThatThrownBy(fence::check)
                    .isInstanceOf(DeposedException.class)
                    .hasMessageContaining("term 8");
        }
    }
}
