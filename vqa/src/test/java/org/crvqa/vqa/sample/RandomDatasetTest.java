package org.crvqa.vqa.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.DatasetImport;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportListener;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.data.Split;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomDatasetTest {
    @TempDir
    Path folder;

    @Test
    void write_imported_hasTheShape() throws IOException {
        RandomDataset.write(folder.resolve("sources"), new DataShape(50, 7, 5, 9, 23, 10, 6, 4), 1);
        Path objects = Files.createDirectories(folder.resolve("store"));
        try (ObjectStore store = ObjectStores.open(StoreSettings.of(objects.toUri()))) {
            ArtifactRepository repository = new ArtifactRepository(store, folder.resolve("cache"));
            String key = DatasetImport.run(
                            repository,
                            DatasetSources.vqaCp(folder.resolve("sources")),
                            new ImportOptions(1, List.of("train"), "train", 0),
                            ImportListener.none())
                    .getKey();
            try (Dataset dataset = Dataset.open(repository.open(new ArtifactKey(key)))) {
                assertThat(dataset.vocabularySize()).isEqualTo(50);
                assertThat(dataset.featureDim()).isEqualTo(7);
                assertThat(dataset.maxBoxes()).isEqualTo(5);
                assertThat(dataset.answers()).isEqualTo(23);
                assertThat(dataset.images()).isEqualTo(4);
                assertThat(dataset.split("test").size()).isEqualTo(6);
                Split train = dataset.split("train");
                // Each answer occurs.
                assertThat(train.size()).isEqualTo(23);
                for (int i = 0; i < train.size(); i++) {
                    assertThat(train.tokens(i)).hasSize(9).doesNotContain(1);
                }
            }
        }
    }

    @Test
    void write_sameSeed_sameBytes() throws IOException {
        DataShape shape = new DataShape(20, 3, 2, 4, 5, 6, 2, 3);
        RandomDataset.write(folder.resolve("one"), shape, 7);
        RandomDataset.write(folder.resolve("same"), shape, 7);
        RandomDataset.write(folder.resolve("other"), shape, 8);
        for (String file :
                List.of("features.tsv", "vqacp_v2_train_questions.json", "vqacp_v2_train_annotations.json")) {
            assertThat(folder.resolve("one").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("same").resolve(file));
            assertThat(Files.readString(folder.resolve("one").resolve(file)))
                    .isNotEqualTo(Files.readString(folder.resolve("other").resolve(file)));
        }
    }

    @Test
    void shape_tooSmall_isRefusedByName() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> new DataShape(4, 7, 5, 9, 23, 10, 6, 4))
                .withMessageContaining("word pieces: found 4, expected at least 5");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> new DataShape(50, 7, 0, 9, 23, 10, 6, 4))
                .withMessageContaining("regions: found 0");
    }
}
