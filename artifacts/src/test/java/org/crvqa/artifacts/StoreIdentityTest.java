package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.junit.jupiter.api.Test;

class StoreIdentityTest {
    @Test
    void of_sameStore_isOneId() {
        InMemoryObjectStore store = new InMemoryObjectStore();

        String id = StoreIdentity.of(store);

        assertThat(id).hasSize(36);
        assertThat(StoreIdentity.of(store)).isEqualTo(id);
        assertThat(StoreIdentity.of(new InMemoryObjectStore())).isNotEqualTo(id);
    }

    @Test
    void of_anotherProcessIsFirst_takesItsId() {
        String other = "123e4567-e89b-42d3-a456-426614174000";
        InMemoryObjectStore store = new InMemoryObjectStore() {
            @Override
            public boolean createIfAbsent(String name, byte[] content) {
                put(name, other.getBytes(StandardCharsets.US_ASCII));
                return super.createIfAbsent(name, content);
            }
        };

        assertThat(StoreIdentity.of(store)).isEqualTo(other);
    }

    @Test
    void of_garbageInItsPlace_namesTheObject() {
        InMemoryObjectStore store = new InMemoryObjectStore();
        for (int size : new int[] {3, 100_000}) {
            store.put("coordinator/store-id", new byte[size]);

            assertThatThrownBy(() -> StoreIdentity.of(store))
                    .isInstanceOf(ArtifactCorruptException.class)
                    .hasMessageContaining("coordinator/store-id in memory:")
                    .hasMessageContaining("Remove it");
        }
    }
}
