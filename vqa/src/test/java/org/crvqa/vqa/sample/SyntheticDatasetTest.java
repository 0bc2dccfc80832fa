package org.crvqa.vqa.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.vqa.data.DatasetImport;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportListener;
import org.crvqa.vqa.data.ImportOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticDatasetTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void write() {
        SyntheticDataset.write(folder.resolve("default"), SampleOptions.defaults());
    }

    @Test
    void write_defaults_hasTheQuestionsAskedForAndFewMore() throws IOException {
        assertThat(questions("train")).hasSizeBetween(20_000, 20_003);
        assertThat(questions("test")).hasSizeBetween(4_000, 4_003);
        assertThat(questions("iid")).hasSizeBetween(4_000, 4_003);
        assertThat(Files.readAllLines(folder.resolve("default/vocab.txt")))
                .startsWith("[PAD]", "[UNK]", "[CLS]", "[SEP]")
                .contains("the", "?", "cube", "lamp", "switched")
                .hasSize(31);
    }

    @Test
    void write_kindsOfQuestions_occurByTheirWeights() throws IOException {
        List<JsonNode> train = annotations("train");
        Map<String, Long> kinds = count(train, node -> node.get("question_type").textValue());
        assertThat(kinds).hasSize(7);
        // Repeated questions about one attribute are dropped, which takes a little from the frequent kinds.
        assertThat(share(kinds, "what color is the")).isCloseTo(.18, within(.02));
        assertThat(share(kinds, "where is the")).isCloseTo(.10, within(.02));
        assertThat(share(count(train, node -> node.get("answer_type").textValue()), "yes/no"))
                .isCloseTo(.41, within(.02));
    }

    @Test
    void write_answerPriors_areGeometricAndReversedForTest() throws IOException {
        for (QuestionKind kind : QuestionKind.values()) {
            Map<String, Long> train = answers("train", kind);
            Map<String, Long> iid = answers("iid", kind);
            Map<String, Long> test = answers("test", kind);
            List<String> ranked = train.keySet().stream()
                    .sorted((a, b) -> Long.compare(train.get(b), train.get(a)))
                    .toList();
            String most = ranked.get(0);
            String least = ranked.get(ranked.size() - 1);
            assertThat(ranked).hasSize(kind.attribute().answers().size());
            double ratio = Map.of(2, .3, 4, .45, 5, .5, 8, .65).get(ranked.size());
            assertThat((double) train.get(ranked.get(1)) / train.get(most))
                    .as(kind + " ratio of the two most frequent answers")
                    .isCloseTo(ratio, within(.08));
            assertThat(share(iid, most)).isCloseTo(share(train, most), within(.06));
            assertThat(share(test, least)).isCloseTo(share(train, most), within(.06));
            assertThat(share(test, most)).isCloseTo(share(train, least), within(.06));
        }
    }

    @Test
    void write_annotators_lastFourErrAQuarterOfTheTime() throws IOException {
        long[] wrong = new long[10];
        long[] expectedWrong = new long[10];
        double expected = 0;
        List<JsonNode> train = annotations("train");
        for (JsonNode annotation : train) {
            assertThat(annotation.get("answers")).hasSize(10);
            for (int i = 0; i < 10; i++) {
                boolean same =
                        annotation.get("answers").get(i).get("answer").equals(annotation.get("multiple_choice_answer"));
                wrong[i] += same ? 0 : 1;
            }
            QuestionKind kind = kind(annotation);
            // A random answer is right once in so many.
            expected += .25 * (1 - 1.0 / kind.attribute().answers().size());
        }
        for (int i = 0; i < 10; i++) {
            expectedWrong[i] = i < 6 ? 0 : Math.round(expected);
            assertThat(wrong[i]).isCloseTo(expectedWrong[i], within(i < 6 ? 0L : 200L));
        }
    }

    @Test
    void write_sameSeed_givesTheseBytes() throws IOException {
        SampleOptions small = SampleOptions.of(3, 50, 20, 20);
        SyntheticDataset.write(folder.resolve("a"), small);
        SyntheticDataset.write(folder.resolve("b"), small);
        SyntheticDataset.write(folder.resolve("c"), SampleOptions.of(4, 50, 20, 20));
        assertThat(digests("a")).isEqualTo(digests("b")).hasSize(8);
        assertThat(digests("a").get("features.tsv")).isNotEqualTo(digests("c").get("features.tsv"));
    }

    @Test
    void write_over_replacesEarlierFiles() throws IOException {
        SyntheticDataset.write(folder.resolve("d"), SampleOptions.of(1, 50, 20, 20));
        SyntheticDataset.write(folder.resolve("d"), SampleOptions.of(2, 50, 20, 20));
        SyntheticDataset.write(folder.resolve("e"), SampleOptions.of(2, 50, 20, 20));
        assertThat(digests("d")).isEqualTo(digests("e"));
    }

    @Test
    void write_defaults_isImportedLikeRealData() {
        try (ObjectStore store =
                ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()))) {
            DatasetSummary summary = DatasetImport.run(
                            new ArtifactRepository(store, folder.resolve("cache")),
                            DatasetSources.vqaCp(folder.resolve("default")),
                            ImportOptions.defaults(),
                            ImportListener.none())
                    .getDataset();
            assertThat(summary.getAnswers()).isEqualTo(23);
            assertThat(summary.getQuestionTypes()).isEqualTo(7);
            assertThat(summary.getMaxBoxes()).isEqualTo(6);
            assertThat(summary.getFeatureDim()).isEqualTo(32);
            assertThat(summary.getSplitsList())
                    .hasSize(3)
                    .allSatisfy(split -> assertThat(split.getWithoutLabel()).isZero());
        }
    }

    @Test
    void options_outOfRange_nameTheValue() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> SampleOptions.of(1, 0, 1, 1))
                .withMessageContaining("train questions is 0.0, expected at least 1");
    }

    private static QuestionKind kind(JsonNode annotation) {
        for (QuestionKind kind : QuestionKind.values()) {
            if (kind.questionType().equals(annotation.get("question_type").textValue())) {
                return kind;
            }
        }
        throw new AssertionError("unknown question type in " + annotation);
    }

    private static Map<String, Long> answers(String split, QuestionKind kind) throws IOException {
        return count(
                annotations(split).stream().filter(node -> kind(node) == kind).toList(),
                node -> node.get("multiple_choice_answer").textValue());
    }

    private static Map<String, Long> count(List<JsonNode> nodes, Function<JsonNode, String> key) {
        return nodes.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.counting()));
    }

    private static double share(Map<String, Long> counts, String key) {
        return (double) counts.getOrDefault(key, 0L)
                / counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<JsonNode> questions(String split) throws IOException {
        return read("vqacp_v2_" + split + "_questions.json");
    }

    private static List<JsonNode> annotations(String split) throws IOException {
        return read("vqacp_v2_" + split + "_annotations.json");
    }

    private static List<JsonNode> read(String name) throws IOException {
        List<JsonNode> nodes = new ArrayList<>();
        new ObjectMapper()
                .readTree(folder.resolve("default").resolve(name).toFile())
                .forEach(nodes::add);
        return nodes;
    }

    private static Map<String, String> digests(String name) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (var files = Files.list(folder.resolve(name))) {
            for (Path file : files.toList()) {
                digests.put(file.getFileName().toString(), Sha256.hex(file));
            }
        }
        return digests;
    }
}
