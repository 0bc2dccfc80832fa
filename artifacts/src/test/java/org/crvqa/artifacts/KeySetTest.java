package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeySetTest {
    @Test
    void add_manyKeys_areFoundUnderTheirNumbers() {
        KeySet set = new KeySet();
        List<ArtifactKey> keys = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            keys.add(key(i));
            assertThat(set.add(key(i))).isEqualTo(i);
            assertThat(set.add(key(i / 2))).isEqualTo(i / 2);
        }
        assertThat(set.size()).isEqualTo(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            assertThat(set.number(keys.get(i))).isEqualTo(i);
            assertThat(set.key(i)).isEqualTo(keys.get(i));
        }
        assertThat(set.contains(key(5000))).isFalse();
    }

    @Test
    void contains_keysThatDifferInTheirLastDigit_areNotMistaken() {
        ArtifactKey first = new ArtifactKey("f".repeat(63) + "0");
        ArtifactKey second = new ArtifactKey("f".repeat(63) + "1");
        KeySet set = KeySet.of(List.of(first));
        assertThat(set.contains(first)).isTrue();
        assertThat(set.contains(second)).isFalse();
        assertThat(set.add(second)).isEqualTo(1);
    }

    private static ArtifactKey key(int i) {
        return new ArtifactKey(Sha256.hex("key " + i));
    }
}
