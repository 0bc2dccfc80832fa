package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.artifacts.Names.Kind;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.artifacts.store.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final ArtifactKey KEY = new ArtifactKey("1".repeat(64));
    private static final ArtifactKey OTHER = new ArtifactKey("2".repeat(64));

    private final ObjectStore store = new InMemoryObjectStore();
    private final Names names = new Names(store);

    @Test
    void resolve_assignedName_givesItsKeyInItsKindOnly() {
        names.assign(Kind.DATASET, "sample", KEY, false);

        assertThat(names.resolve(Kind.DATASET, "sample")).hasValue(KEY);
        assertThat(names.resolve(Kind.MODEL, "sample")).isEmpty();
        assertThat(store.list("")).containsExactly("names/datasets/sample");
    }

    @Test
    void resolve_keyOrUnknownOrMalformed_isItselfOrEmpty() {
        assertThat(names.resolve(Kind.MODEL, KEY.hex())).hasValue(KEY);
        assertThat(names.resolve(Kind.MODEL, "unknown")).isEmpty();
        assertThat(names.resolve(Kind.MODEL, "../../etc")).isEmpty();
    }

    @Test
    void remove_ofItsKindAlone_saysWhetherThereWasOne() {
        names.assign(Kind.DATASET, "sample", KEY, false);
        names.assign(Kind.MODEL, "sample", OTHER, false);

        assertThat(names.remove(Kind.DATASET, "sample")).isTrue();
        assertThat(names.remove(Kind.DATASET, "sample")).isFalse();
        assertThat(names.resolve(Kind.MODEL, "sample")).hasValue(OTHER);
        assertThatThrownBy(() -> names.remove(Kind.MODEL, "../datasets/sample"))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void assign_sameKeyAgain_isFine() {
        names.assign(Kind.MODEL, "tiny", KEY, false);
        names.assign(Kind.MODEL, "tiny", KEY, false);

        assertThat(names.resolve(Kind.MODEL, "tiny")).hasValue(KEY);
    }

    @Test
    void assign_takenName_isRefusedUnlessReplaced() {
        names.assign(Kind.MODEL, "tiny", KEY, false);

        assertThatThrownBy(() -> names.assign(Kind.MODEL, "tiny", OTHER, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("tiny")
                .hasMessageContaining(KEY.hex())
                .hasMessageContaining(OTHER.hex());
        assertThat(names.resolve(Kind.MODEL, "tiny")).hasValue(KEY);

        names.assign(Kind.MODEL, "tiny", OTHER, true);
        assertThat(names.resolve(Kind.MODEL, "tiny")).hasValue(OTHER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/b",
                "..",
                "-x",
                "a b",
                "ä",
                "1111111111111111111111111111111111111111111111111111111111111111"
            })
    void assign_malformedName_isRefused(String name) {
        assertThatThrownBy(() -> names.assign(Kind.MODEL, name, KEY, true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("'" + name + "'");
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void list_severalNames_isSortedAndOfOneKind() {
        names.assign(Kind.MODEL, "small", OTHER, false);
        names.assign(Kind.MODEL, "large", KEY, false);
        names.assign(Kind.DATASET, "sample", KEY, false);

        assertThat(names.list(Kind.MODEL)).containsExactly(entry("large", KEY), entry("small", OTHER));
    }

    @Test
    void resolve_storedTextIsNoKey_isCorrupt() {
        store.put("names/models/tiny", "11".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> names.resolve(Kind.MODEL, "tiny"))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining("names/models/tiny");
    }

    @Test
    void list_unreadableNames_areReportedAndTheOthersListed() {
        names.assign(Kind.DATASET, "good", KEY, false);
        store.put("names/datasets/garbage", new byte[7]);
        store.put("names/datasets/huge", new byte[1 << 20]);
        List<String> unreadable = new ArrayList<>();

        assertThat(names.list(Kind.DATASET, unreadable::add)).containsExactly(entry("good", KEY));

        assertThat(unreadable)
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("names/datasets/garbage", "7 bytes"))
                .anySatisfy(problem -> assertThat(problem).contains("names/datasets/huge", "1048576 bytes"));
        assertThat(names.list(Kind.DATASET)).hasSize(1);
        assertThat(names.resolve(Kind.DATASET, "good")).contains(KEY);
        assertThatThrownBy(() -> names.resolve(Kind.DATASET, "huge"))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining("names/datasets/huge");
    }
}
