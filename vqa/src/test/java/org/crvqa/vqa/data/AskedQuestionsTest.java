package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.DatasetFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskedQuestionsTest {
    private static final Path GOLDEN = Path.of("src", "test", "golden", "scores");

    @TempDir
    private Path folder;

    private ObjectStore store;
    private Artifact artifact;

    @BeforeEach
    void load() throws IOException {
        store = ObjectStores.open(StoreSettings.of(
                Files.createDirectories(folder.resolve("store")).toUri()));
        ArtifactRepository repository = new ArtifactRepository(store, folder.resolve("cache"));
        DatasetSources sources =
                DatasetSources.in(DatasetFormat.DATASET_FORMAT_VQA_VS, GOLDEN, List.of(), Optional.empty());
        artifact = repository.open(new ArtifactKey(DatasetImport.run(
                        repository, sources, new ImportOptions(1, List.of("train"), "train", 5), ImportListener.none())
                .getKey()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void read_split_hasWhatTheDatasetHasWithoutItsFeatures() {
        List<String> read = new ArrayList<>();
        AskedQuestions asked = AskedQuestions.read("iid-test", name -> {
            read.add(name);
            return artifact.file(name);
        });
        assertThat(read)
                .containsExactlyInAnyOrder(
                        "dataset.json",
                        "vocab.txt",
                        "images.safetensors",
                        "subsets.safetensors",
                        "split-iid-test.safetensors");
        try (Dataset dataset = Dataset.open(artifact)) {
            Split split = dataset.split("iid-test");
            assertThat(asked.size()).isEqualTo(split.size()).isPositive();
            assertThat(asked.subsetNames()).hasSize(9);
            for (int i = 0; i < split.size(); i++) {
                int place = i;
                assertThat(asked.questionId(i)).isEqualTo(split.questionId(i));
                assertThat(asked.imageId(i)).isEqualTo(split.questionId(i) % 7);
                // Here a question asks its type's words, and the vocabulary has none of them.
                assertThat(asked.questionType(i)).isEqualTo(dataset.questionType(split.questionType(i)));
                assertThat(asked.question(i)).isEqualTo(asked.questionType(i).replaceAll("\\w+", "[UNK]"));
                assertThat(asked.answerType(i)).isEqualTo(split.answerType(i));
                assertThat(asked.gold(i))
                        .hasSize(split.scoreCount(i))
                        .isSortedAccordingTo((a, b) -> Float.compare(b.score(), a.score()));
                for (int j = 0; j < split.scoreCount(i); j++) {
                    assertThat(asked.gold(i))
                            .contains(new AskedQuestions.Gold(
                                    dataset.answer(split.scoreAnswers(i)[j]), split.scoreValues(i)[j]));
                }
                assertThat(asked.subsets(i))
                        .containsExactlyElementsOf(dataset.subsets().stream()
                                .filter(subset ->
                                        IntStream.of(subset.examples()).anyMatch(each -> each == place))
                                .map(Subset::name)
                                .toList());
            }
        }
    }

    @Test
    void read_splitThatIsNotThere_namesThoseThatAre() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> AskedQuestions.read("dev", artifact::file))
                .withMessage("The dataset has no split dev but train, val, iid-test");
    }
}
