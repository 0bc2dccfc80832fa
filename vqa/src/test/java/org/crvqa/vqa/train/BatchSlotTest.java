package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.data.Split;
import org.crvqa.vqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a batch holds of examples with and without label, of images with all and with fewer regions. */
class BatchSlotTest {
    private static final int RED = 0;
    private static final int BLUE = 1;

    @TempDir
    Path folder;

    private final List<String> questions = new ArrayList<>();
    private final List<String> annotations = new ArrayList<>();
    private final NDManager manager = TestDevice.torch().newManager();
    private TaskRuns runs;
    private Dataset dataset;
    private Split split;

    /** Candidates are red and blue; question 6 has no label; image 1 has two regions, image 2 one. */
    @BeforeEach
    void open() throws IOException {
        runs = new TaskRuns(folder);
        question(5, 1, "what", "red", 10, "odd");
        question(6, 2, "what", "odd", 10, "odd");
        question(7, 1, "is it", "blue", 4, "red");
        question(8, 2, "what", "blue", 2, "odd");
        question(9, 2, "is it", "red", 3, "odd");
        question(10, 2, "is it", "blue", 3, "odd");
        Path sources = Files.createDirectories(folder.resolve("sources"));
        for (String name : new String[] {"train", "test"}) {
            Files.writeString(sources.resolve("vqacp_v2_" + name + "_questions.json"), questions.toString());
            Files.writeString(sources.resolve("vqacp_v2_" + name + "_annotations.json"), annotations.toString());
        }
        Files.writeString(sources.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\nred\n");
        Files.writeString(
                sources.resolve("features.tsv"),
                line(1, 2, floats(0, 0, 4, 4, 4, 4, 8, 8), floats(1, 2, 3, 4))
                        + line(2, 1, floats(0, 0, 8, 8), floats(5, 6)));
        String key = runs.dataset(sources, new ImportOptions(2, List.of("train"), "train", 5));
        dataset = new Inputs(runs.repository()).dataset(key);
        split = dataset.split("train");
    }

    @AfterEach
    void close() {
        dataset.close();
        manager.close();
        runs.close();
    }

    @Test
    void fillTargets_labelledAndNot_givesScoresPriorsAndLabels() {
        BatchSlot slot = slot(3);
        slot.fill(new int[] {5, 4, 3});
        slot.take();
        slot.fill(new int[] {0, 1, 2});
        var targets = slot.take().targets();
        assertThat(targets.scores().toFloatArray()).containsExactly(1, 0, 0, 0, 1, 1);
        assertThat(targets.labelled().toFloatArray()).containsExactly(1, 0, 1);
        long[] labels = targets.labels().toLongArray();
        assertThat(labels[0]).isEqualTo(RED);
        assertThat(labels[1]).isEqualTo(split.label(1)).isBetween((long) RED, (long) BLUE);
        // Both score 1; blue was named first.
        assertThat(labels[2]).isEqualTo(BLUE);
        float third = 1 / 3f;
        float twoThirds = 2 / 3f;
        assertThat(targets.bias().toFloatArray())
                .containsExactly(
                        new float[] {third, 2 / 9f, third, 2 / 9f, twoThirds, twoThirds}, Offset.offset(1e-6f));
    }

    @Test
    void fillInputs_fewerRegionsAfterMore_leavesNothingOfTheImageBefore() {
        BatchSlot slot = slot(2);
        slot.fill(new int[] {0, 1});
        slot.take();
        slot.fill(new int[] {1, 0});
        Batch batch = slot.take();
        assertThat(batch.features().toFloatArray()).containsExactly(5, 6, 0, 0, 1, 2, 3, 4);
        assertThat(batch.boxes().toFloatArray())
                .containsExactly(0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1);
        NDArray regions = batch.regionMask();
        assertThat(regions).isNotNull();
        assertThat(regions.toFloatArray()).containsExactly(1, 0, 1, 1);
        NDArray words = batch.tokenMask();
        assertThat(words).isNotNull();
        assertThat(words.toFloatArray()).containsExactly(1, 1, 0, 1, 1, 0);
        assertThat(batch.tokenIds().toLongArray()).containsExactly(4, 1, 0, 4, 1, 0);
    }

    @Test
    void fill_fewerExamplesThanRows_asksAboutPaddingInTheRest() {
        BatchSlot slot = slot(2);
        slot.fill(new int[] {0, 1});
        slot.take();
        slot.fill(new int[] {0});
        assertThat(slot.take().tokenIds().toLongArray()).containsExactly(4, 1, 0, 0, 0, 0);
    }

    @Test
    void take_anyExamples_waitsForNothing() {
        BatchSlot slot = slot(2);
        slot.fill(new int[] {0, 1});
        long before = TestDevice.torch().transfer().waits();
        slot.take();
        assertThat(TestDevice.torch().transfer().waits()).isEqualTo(before);
    }

    private BatchSlot slot(int rows) {
        TextOptions text =
                TextOptions.newBuilder().setMaxTokens(3).setAttentionMask(true).build();
        QuestionText question = QuestionText.of(text, dataset.clsId(), dataset.sepId());
        Torch torch = TestDevice.torch();
        return new BatchSlot(
                torch,
                dataset,
                question,
                new BatchFiller(dataset, split, question),
                Batches.priors(torch, dataset, manager),
                true,
                rows,
                manager);
    }

    /** The first answer was given so many times, then the other. */
    private void question(int id, int image, String type, String answer, int times, String other) {
        List<String> given = new ArrayList<>(Collections.nCopies(times, answer));
        given.addAll(Collections.nCopies(10 - times, other));
        List<String> answers = given.stream()
                .map("{\"answer\": \"%s\", \"answer_confidence\": \"yes\", \"answer_id\": 1}"::formatted)
                .toList();
        questions.add("{\"image_id\": %d, \"question\": \"Red blue\", \"question_id\": %d}".formatted(image, id));
        annotations.add(("{\"question_type\": \"%s\", \"multiple_choice_answer\": \"%s\", \"answers\": %s, "
                        + "\"image_id\": %d, \"answer_type\": \"other\", \"question_id\": %d}")
                .formatted(type, answer, answers, image, id));
    }

    private static String line(int image, int regions, String boxes, String features) {
        return image + "\t8\t8\t" + regions + "\t" + boxes + "\t" + features + "\n";
    }

    private static String floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
