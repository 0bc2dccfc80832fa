package org.crvqa.vqa.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.crvqa.artifacts.Sha256;
import org.crvqa.vqa.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WordPieceTokenizerTest {
    private static final WordPieceTokenizer SMALL = new WordPieceTokenizer(smallVocabulary());

    static Vocabulary smallVocabulary() {
        return Vocabulary.read(Path.of("src/test/resources/org/crvqa/vqa/text/small-vocab.txt"));
    }

    static Stream<JsonNode> small() throws IOException {
        return golden("small.json");
    }

    @ParameterizedTest
    @MethodSource("small")
    void tokenize_textOfSmallGoldenFile_isAsHuggingFace(JsonNode row) {
        assertThat(SMALL.tokenize(row.get("text").textValue())).isEqualTo(ids(row));
    }

    @Test
    void tokenize_bertVocabulary_isAsHuggingFace() throws IOException {
        WordPieceTokenizer tokenizer = new WordPieceTokenizer(bertVocabulary());
        assertThat(golden("bert.json"))
                .hasSizeGreaterThan(20)
                .allSatisfy(row -> assertThat(tokenizer.tokenize(row.get("text").textValue()))
                        .isEqualTo(ids(row)));
    }

    @Test
    void tokenize_allRealQuestions_givesHuggingFacesIds() throws IOException {
        WordPieceTokenizer tokenizer = new WordPieceTokenizer(bertVocabulary());
        Path archive = SharedData.file("data/vqa-vs/Val.zip");
        assumeTrue(Files.exists(archive), "skipped: there is no " + archive);
        SortedMap<Long, String> questions = new TreeMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            new ObjectMapper()
                    .readTree(zip.getInputStream(zip.getEntry("Val/Val-Ques.json")))
                    .forEach(row -> questions.put(
                            row.get("question_id").longValue(),
                            row.get("question").textValue()));
        }
        StringBuilder lines = new StringBuilder();
        for (String question : questions.values()) {
            lines.append(Arrays.stream(tokenizer.tokenize(question))
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(" ")))
                    .append('\n');
        }
        JsonNode expected = new ObjectMapper().readTree(WordPieceTokenizerTest.class.getResource("questions.json"));
        assertThat(questions).hasSize(expected.get("questions").intValue());
        assertThat(Sha256.hex(lines.toString()))
                .isEqualTo(expected.get("sha256").textValue());
    }

    private static Vocabulary bertVocabulary() {
        Path file = SharedData.file("data/bert-base-uncased/vocab.txt");
        assumeTrue(Files.exists(file), "skipped: there is no " + file);
        return Vocabulary.read(file);
    }

    private static Stream<JsonNode> golden(String name) throws IOException {
        return new ObjectMapper()
                .readTree(WordPieceTokenizerTest.class.getResource(name))
                .valueStream();
    }

    private static int[] ids(JsonNode row) {
        return IntStream.range(0, row.get("ids").size())
                .map(i -> row.get("ids").get(i).intValue())
                .toArray();
    }
}
