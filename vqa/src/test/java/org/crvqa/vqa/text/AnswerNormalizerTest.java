package org.crvqa.vqa.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerNormalizerTest {
    static Stream<JsonNode> golden() throws IOException {
        return new ObjectMapper()
                .readTree(AnswerNormalizerTest.class.getResource("answers.json"))
                .valueStream();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void normalize_answerOfGoldenFile_isAsTheReferenceSays(JsonNode row) {
        assertThat(AnswerNormalizer.normalize(row.get("answer").textValue()))
                .isEqualTo(row.get("normalized").textValue());
    }

    @Test
    void normalize_wordsThatOnlyResembleContractions_staysAsTheyAre() {
        assertThat(AnswerNormalizer.normalize("its lets shes were well ill shed wed"))
                .isEqualTo("its lets shes were well ill shed wed");
    }
}
