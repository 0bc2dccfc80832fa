package org.crvqa.vqa.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.crvqa.artifacts.Sha256;
import org.crvqa.vqa.SharedData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is golden was computed by transformers' BertTokenizer in {@code golden_text.py}. That it comes out on every Java
 * virtual machine is the point.
 */
class WordPieceTokenizerTest {
    private static WordPieceTokenizer small;
    private static WordPieceTokenizer letters;

    @BeforeAll
    static void open() {
        small = new WordPieceTokenizer(
                Vocabulary.read(Path.of("src/test/resources/org/crvqa/vqa/text/small-vocab.txt")));
        letters = new WordPieceTokenizer(lettersVocabulary());
    }

    @AfterAll
    static void close() {
        small.close();
        letters.close();
    }

    /** As of {@code golden_text.py}: what is kept of a text shows in its ids. */
    private static Vocabulary lettersVocabulary() {
        List<String> codes = IntStream.range(0x21, 0x20000)
                .filter(code -> code < Character.MIN_SURROGATE || code > Character.MAX_SURROGATE)
                .filter(code -> !PythonText.isSpace(code))
                .mapToObj(Character::toString)
                .toList();
        return Vocabulary.of(
                Stream.of(
                                Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                                codes.stream(),
                                codes.stream().map(code -> "##" + code))
                        .flatMap(pieces -> pieces)
                        .toList(),
                "letters");
    }

    static Stream<JsonNode> smallTexts() throws IOException {
        return StressTexts.golden("small.json").valueStream();
    }

    static Stream<JsonNode> letterTexts() throws IOException {
        return StressTexts.golden("letters.json").valueStream();
    }

    @ParameterizedTest
    @MethodSource("smallTexts")
    void tokenize_textOfSmallGoldenFile_isAsHuggingFace(JsonNode row) {
        assertThat(small.tokenize(row.get("text").textValue())).isEqualTo(ids(row));
    }

    @ParameterizedTest
    @MethodSource("letterTexts")
    void tokenize_textOfLettersGoldenFile_isAsHuggingFace(JsonNode row) {
        assertThat(letters.tokenize(row.get("text").textValue())).isEqualTo(ids(row));
    }

    @Test
    void tokenize_stressTexts_areAsHuggingFace() throws IOException {
        assertThat(StressTexts.digests(StressTexts.texts().map(text -> line(letters, text))))
                .isEqualTo(StressTexts.digests(StressTexts.golden("letters-stress.json"), "sha256"));
    }

    @Test
    void tokenize_everyCodePoint_isAsHuggingFace() throws IOException {
        assertThat(StressTexts.codePointDigests(StressTexts.codePoints().map(text -> line(letters, text))))
                .isEqualTo(StressTexts.digests(StressTexts.golden("letters-stress.json"), "code_points_sha256"));
    }

    /** Once the library knows them as capitals, this says so: the version in the key of a dataset has changed then. */
    @Test
    void tokenize_capitalsOfUnicode17_areKeptAsTheyAre() {
        List<String> capitals = IntStream.range(0, 0x20000)
                .filter(StressTexts::isTooNew)
                .mapToObj(Character::toString)
                .toList();
        Vocabulary vocabulary = lettersVocabulary();
        assertThat(capitals)
                .hasSize(28)
                .allSatisfy(capital -> assertThat(letters.tokenize(capital))
                        .containsExactly(vocabulary.ids().get(capital)));
    }

    /** Unlike in Hugging Face's tokenizers with their usual files, where a question could so end itself. */
    @ParameterizedTest
    @ValueSource(strings = {"[SEP]", "[CLS]", "[PAD]", "[MASK]", "[UNK]"})
    void tokenize_namesOfSpecialTokens_areOrdinaryText(String name) {
        int[] apart = letters.tokenize(name.replace("[", "[ ").replace("]", " ]"));
        assertThat(letters.tokenize(name)).isEqualTo(apart).hasSize(2 + name.length() - 2);
        assertThat(letters.tokenize("x" + name + "y").length).isEqualTo(apart.length + 2);
    }

    /** No file in UTF-8 holds one, but a text in memory may. */
    @Test
    void tokenize_halvesOfSurrogatePairs_areDroppedAndNothingElse() {
        String cat = "\ud83d\udc31";
        assertThat(small.tokenize("cat " + cat + "\ud83d cat\udc31s \udc31"))
                .isEqualTo(small.tokenize("cat " + cat + " cats"));
        assertThat(small.tokenize("\ud83d")).isEmpty();
    }

    @Test
    void tokenize_nulAndSpacesOnly_isEmpty() {
        assertThat(small.tokenize("\u0000")).isEmpty();
        assertThat(small.tokenize(" \t\n\u3000 ")).isEmpty();
        assertThat(small.tokenize("")).isEmpty();
    }

    /** Longer than Hugging Face's usual limits, in words and in pieces of one. */
    @Test
    void tokenize_longText_isNotCut() {
        assertThat(small.tokenize("cat ".repeat(5000))).hasSize(5000);
        assertThat(small.tokenize("?".repeat(5000))).hasSize(5000);
    }

    @Test
    void tokenize_sameTextTwice_givesAnArrayOfItsOwn() {
        int[] first = small.tokenize("cat");
        first[0] = -1;
        assertThat(small.tokenize("cat")[0]).isPositive();
    }

    @Test
    void current_version_isThatOfTheGoldenFilesKind() {
        assertThat(TokenizerVersion.current().toString()).isEqualTo("Hugging Face tokenizers 0.21.0");
    }

    @Test
    void tokenize_bertVocabulary_isAsHuggingFace() throws IOException {
        try (WordPieceTokenizer tokenizer = new WordPieceTokenizer(bertVocabulary())) {
            assertThat(StressTexts.golden("bert.json").valueStream())
                    .hasSizeGreaterThan(20)
                    .allSatisfy(
                            row -> assertThat(tokenizer.tokenize(row.get("text").textValue()))
                                    .isEqualTo(ids(row)));
        }
    }

    @Test
    void tokenize_allRealQuestions_givesHuggingFacesIds() throws IOException {
        Vocabulary vocabulary = bertVocabulary();
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
        try (WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary)) {
            questions
                    .values()
                    .forEach(question -> lines.append(line(tokenizer, question)).append('\n'));
        }
        JsonNode expected = StressTexts.golden("questions.json");
        assertThat(questions).hasSize(expected.get("questions").intValue());
        assertThat(Sha256.hex(lines.toString()))
                .isEqualTo(expected.get("sha256").textValue());
    }

    private static Vocabulary bertVocabulary() {
        Path file = SharedData.file("data/bert-base-uncased/vocab.txt");
        assumeTrue(Files.exists(file), "skipped: there is no " + file);
        return Vocabulary.read(file);
    }

    private static String line(WordPieceTokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.tokenize(text))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
    }

    private static int[] ids(JsonNode row) {
        return IntStream.range(0, row.get("ids").size())
                .map(i -> row.get("ids").get(i).intValue())
                .toArray();
    }
}
