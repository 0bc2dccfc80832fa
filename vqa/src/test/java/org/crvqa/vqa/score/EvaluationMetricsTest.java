package org.crvqa.vqa.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.DatasetImport;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportListener;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.data.Split;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against scores that {@code vqa/src/test/python/make_scores.py} computed from the annotations alone. */
class EvaluationMetricsTest {
    private static final Path GOLDEN = Path.of("src", "test", "golden", "scores");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private ObjectStore store;
    private Dataset dataset;

    @BeforeEach
    void open() throws IOException {
        store = ObjectStores.open(StoreSettings.of(
                Files.createDirectories(folder.resolve("store")).toUri()));
        dataset = load(DatasetSources.in(DatasetFormat.DATASET_FORMAT_VQA_VS, GOLDEN, List.of(), Optional.empty()));
    }

    @AfterEach
    void close() {
        dataset.close();
        store.close();
    }

    @Test
    void metrics_vqaVs_areThoseOfTheReference() throws IOException {
        Map<String, Double> metrics = metrics(40);

        JsonNode expected = JSON.readTree(GOLDEN.resolve("expected.json").toFile());
        // The reference scores; how many questions a type has, it does not say.
        assertThat(metrics.keySet().stream().filter(name -> name.startsWith("accuracy/")))
                .hasSize(expected.size());
        assertThat(metrics.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith("questions/iid-test/question_type/"))
                        .mapToDouble(Map.Entry::getValue)
                        .sum())
                .isEqualTo(40);
        expected.properties()
                .forEach(entry -> assertThat(metrics.get(entry.getKey()))
                        .as(entry.getKey())
                        .isCloseTo(entry.getValue().doubleValue(), within(1e-7)));
    }

    @Test
    void metrics_firstQuestionsOnly_scoreSubsetsOnWhatTheyShare() throws IOException {
        // Of the first two questions few sets have one; a family without all its members has no score.
        Map<String, Double> metrics = metrics(2);

        assertThat(metrics).containsKey("accuracy/iid-test/all").doesNotContainKey("accuracy/ood/all");
        dataset.subsets().forEach(subset -> {
            boolean shares = subset.examples()[0] < 2;
            assertThat(metrics.containsKey("accuracy/" + subset.name() + "/all"))
                    .isEqualTo(shares);
        });
        assertThat(dataset.subsets()).anyMatch(subset -> subset.examples()[0] >= 2);
    }

    @Test
    void predictions_areInTheOrderOfTheSplit() throws IOException {
        SplitScores scores = scores(3);
        assertThat(scores.predictions()).extracting("questionId").containsExactly(201L, 202L, 203L);
        assertThat(scores.predictions().get(0).answer()).isEqualTo(answers().get(201L));
    }

    @Test
    void constructor_splitNamedAsAFamily_isRefused() {
        DatasetSources sources =
                DatasetSources.in(DatasetFormat.DATASET_FORMAT_VQA_VS, GOLDEN, List.of(), Optional.empty());
        List<DatasetSources.SplitFiles> splits = sources.splits().stream()
                .map(split -> split.name().equals("val")
                        ? new DatasetSources.SplitFiles("ood", split.questions(), split.annotations())
                        : split)
                .toList();
        try (Dataset other = load(new DatasetSources(
                sources.format(), splits, sources.subsets(), sources.features(), sources.vocabulary()))) {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> new EvaluationMetrics(other))
                    .withMessageContaining("split or subset ood");
        }
    }

    private Dataset load(DatasetSources sources) {
        ArtifactRepository repository = new ArtifactRepository(store, folder.resolve("cache"));
        String key = DatasetImport.run(
                        repository, sources, new ImportOptions(1, List.of("train"), "train", 5), ImportListener.none())
                .getKey();
        return Dataset.open(repository.open(new ArtifactKey(key)));
    }

    private Map<String, Double> metrics(int questions) throws IOException {
        EvaluationMetrics metrics = new EvaluationMetrics(dataset);
        metrics.add("iid-test", scores(questions));
        return metrics.metrics();
    }

    private SplitScores scores(int questions) throws IOException {
        Split split = dataset.split("iid-test");
        Map<String, Integer> labels = new HashMap<>();
        IntStream.range(0, dataset.answers()).forEach(label -> labels.put(dataset.answer(label), label));
        Map<Long, String> answers = answers();
        int[] places = IntStream.range(0, questions).toArray();
        return new SplitScores(
                dataset,
                split,
                places,
                IntStream.of(places)
                        .map(place -> labels.get(answers.get(split.questionId(place))))
                        .toArray());
    }

    private static Map<Long, String> answers() throws IOException {
        Map<Long, String> answers = new HashMap<>();
        JSON.readTree(GOLDEN.resolve("predictions.json").toFile())
                .forEach(entry -> answers.put(
                        entry.get("question_id").longValue(),
                        entry.get("answer").textValue()));
        return answers;
    }
}
