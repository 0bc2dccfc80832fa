package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({"'', '', 0", "'', abc, 3", "abc, abc, 0", "kitten, sitting, 3", "flaw, lawn, 2", "ab, ba, 2"})
    void of_twoTexts_isTheLeastNumberOfEdits(String a, String b, int edits) {
        assertThat(EditDistance.of(a, b)).isEqualTo(edits);
        assertThat(EditDistance.of(b, a)).isEqualTo(edits);
    }
}
