package org.crvqa.vqa.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is golden was computed by {@code official_answers.py}. */
class AnswerNormalizerTest {
    static Stream<JsonNode> golden() throws IOException {
        return StressTexts.golden("answers.json").valueStream();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void normalize_answerOfGoldenFile_isAsTheReferenceSays(JsonNode row) {
        assertThat(AnswerNormalizer.normalize(row.get("answer").textValue()))
                .isEqualTo(row.get("normalized").textValue());
    }

    /** On every Java virtual machine, whatever Unicode it knows. */
    @Test
    void normalize_stressTexts_isAsTheReferenceSays() throws IOException {
        Stream<String> normalized = StressTexts.answers()
                .map(AnswerNormalizer::normalize)
                .map(text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16LE)));
        assertThat(StressTexts.digests(normalized))
                .isEqualTo(StressTexts.digests(StressTexts.golden("answers-stress.json"), "sha256"));
    }

    @ParameterizedTest
    @CsvSource({"'x-y- ', x y", "'  left/right/ ', left right", "p\u001cq, p q", "A, ''", "'a, the', ''"})
    void normalize_edges_areStrippedBeforePunctuation(String answer, String expected) {
        assertThat(AnswerNormalizer.normalize(answer)).isEqualTo(expected);
    }

    @Test
    void normalize_wordsThatOnlyResembleContractions_staysAsTheyAre() {
        assertThat(AnswerNormalizer.normalize("its lets shes were well ill shed wed"))
                .isEqualTo("its lets shes were well ill shed wed");
    }

    /** Nothing is quadratic in what a file brings. */
    @Test
    void normalize_hugeAnswer_comesToAnEnd() {
        String marks = "-,!?_".repeat(1 << 20);
        assertThat(AnswerNormalizer.normalize(marks + "1,2")).isEqualTo("12");
    }
}
