package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.crvqa.vqa.data.SmallVqaCp.floats;
import static org.crvqa.vqa.data.SmallVqaCp.line;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.task.v1.FeatureType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionFeaturesTest {
    private static final ImportOptions FLOAT16 =
            new ImportOptions(1, List.of("train"), "train", 5, FeatureType.FEATURE_TYPE_FLOAT16);

    @TempDir
    Path folder;

    private SmallVqaCp source;

    @BeforeEach
    void writeSource() {
        source = new SmallVqaCp(folder);
    }

    @Test
    void lxmertColumns_giveTheSameFilesAsBottomUp() {
        Manifest bottomUp = source.run();
        source.write(
                SmallVqaCp.FEATURES,
                lxmert(
                                "COCO_val2014_000000000009",
                                2,
                                floats(0, 0, 640, 480, 64, 48, 128, 96),
                                floats(1, 2, 3, 4, 5, 6))
                        + lxmert("COCO_train2014_000000000007", 1, floats(320, 240, 640, 480), floats(-1, -2, -3))
                        + lxmert(
                                "COCO_train2014_000000000008",
                                2,
                                floats(0, 0, 64, 48, 0, 0, 32, 24),
                                floats(7, 8, 9, 10, 11, 12)));
        assertThat(source.run().getFilesList()).isEqualTo(bottomUp.getFilesList());
    }

    @Test
    void manyImages_keepTheirOrderAndFeatures() {
        StringBuilder lines = new StringBuilder();
        for (int image = 0; image < 500; image++) {
            lines.append(line(image, 1, floats(0, 0, 2, 2), floats(image, image * 2, image / 4f)));
        }
        source.write(SmallVqaCp.FEATURES, lines.toString());
        try (Dataset dataset = source.open(source.run())) {
            FloatBuffer features = FloatBuffer.allocate(3);
            for (int row = 0; row < 500; row++) {
                assertThat(dataset.imageId(row)).isEqualTo(row);
                dataset.copyFeatures(row, features.clear());
                assertThat(features.array()).containsExactly(row, row * 2, row / 4f);
            }
        }
    }

    @Test
    void imageOfSeveralQuestions_isStoredOnce() {
        Manifest manifest = source.run();
        try (Dataset dataset = source.open(manifest)) {
            Split train = dataset.split("train");
            assertThat(train.imageRow(0)).as("two questions about image 7").isEqualTo(train.imageRow(3));
        }
        assertThat(manifest.getDataset().getImages()).isEqualTo(3);
        // 5 regions of 3 numbers of 4 bytes after a header of 256.
        assertThat(sizeOf(manifest, DatasetFiles.FEATURES)).isEqualTo(256 + 5 * 3 * 4);
    }

    @Test
    void float16_roundsToNearestEvenInHalfTheSpace() {
        // 1 + 2^-11 lies halfway between two halves, 1 + 3 * 2^-11 too.
        source.replace(
                SmallVqaCp.FEATURES,
                floats(1, 2, 3, 4, 5, 6),
                floats(1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 0.1f, 65504, -5, 1e-9f));
        Manifest manifest = source.run(vqaCp(), FLOAT16);
        assertThat(sizeOf(manifest, DatasetFiles.FEATURES)).isEqualTo(256 + 5 * 3 * 2);
        assertThat(manifest.getSpec().getDataset().getFeatureType()).isEqualTo(FeatureType.FEATURE_TYPE_FLOAT16);
        try (Dataset dataset = source.open(manifest)) {
            FloatBuffer features = FloatBuffer.allocate(12);
            dataset.copyFeatures(0, features);
            dataset.copyFeatures(1, features);
            assertThat(features.array())
                    .containsExactly(1, 1 + 0x1p-9f, 0.0999755859375f, 65504, -5, 0, -1, -2, -3, 0, 0, 0);
            FloatBuffer boxes = FloatBuffer.allocate(8);
            dataset.copyBoxes(2, boxes);
            assertThat(boxes.array()).as("boxes stay float32").containsExactly(0, 0, .1f, .1f, 0, 0, .05f, .05f);
        }
    }

    @Test
    void float16_numberTooLarge_isRefused() {
        source.replace(SmallVqaCp.FEATURES, floats(1, 2, 3, 4, 5, 6), floats(1, 2, 3, 4, -65520, 6));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> source.run(vqaCp(), FLOAT16))
                .withMessageContaining("line 1: features of region 1 hold -65520.0 at place 1, which float16 cannot");
        assertThat(source.leftovers()).isEmpty();
    }

    @Test
    void featuresElsewhere_areTakenFromThere() throws IOException {
        Path elsewhere = folder.resolve("elsewhere.tsv");
        Files.move(source.file(SmallVqaCp.FEATURES), elsewhere);
        DatasetSources sources = DatasetSources.in(
                DatasetFormat.DATASET_FORMAT_VQA_CP_V2, source.folder(), List.of(elsewhere), Optional.empty());
        assertThat(source.run(sources, SmallVqaCp.OPTIONS).getDataset().getImages())
                .isEqualTo(3);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DatasetSources.in(
                        DatasetFormat.DATASET_FORMAT_VQA_CP_V2,
                        source.folder(),
                        List.of(folder.resolve("none.tsv")),
                        Optional.empty()))
                .withMessageContaining("missing: " + folder.resolve("none.tsv"));
    }

    @Test
    void fileGivenTwice_isRefused() {
        Path features = source.file(SmallVqaCp.FEATURES);
        List<Path> twice = List.of(features, features.getParent().resolve("./" + SmallVqaCp.FEATURES));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DatasetSources.in(
                        DatasetFormat.DATASET_FORMAT_VQA_CP_V2, source.folder(), twice, Optional.empty()))
                .withMessageEndingWith(" is given twice as a file of region features");
    }

    @Test
    void lineWithoutEnd_isRefusedBeforeItFillsTheMemory() throws IOException {
        try (var out = Files.newBufferedWriter(source.file(SmallVqaCp.FEATURES))) {
            out.write("9\t640\t480\t1\t");
            for (int i = 0; i < 33; i++) {
                out.write("A".repeat(1 << 20));
            }
        }
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(source::run)
                .withMessageContaining("line 1: the line is longer than 33554432 bytes");
    }

    private DatasetSources vqaCp() {
        return DatasetSources.vqaCp(source.folder());
    }

    private static long sizeOf(Manifest manifest, String file) {
        return manifest.getFilesList().stream()
                .filter(entry -> entry.getName().equals(file))
                .mapToLong(FileEntry::getSizeBytes)
                .sum();
    }

    private static String lxmert(String image, int count, String boxes, String features) {
        String unused = floats(1, 2);
        return image + "\t480\t640\t" + (unused + "\t").repeat(4) + count + "\t" + boxes + "\t" + features + "\n";
    }
}
