package org.crvqa.vqa.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Dropout;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LearningRate;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.task.v1.WeightSource;
import org.crvqa.vqa.data.ImportOptions;

/**
 * A data set that a tiny model learns in a hundred steps: the answer to "what color" and "is it red" can be read off the
 * first number of an image's only region.
 */
final class TinyVqaCp {
    static final int FEATURES = 3;
    static final int WORDS = 9;
    static final ImportOptions OPTIONS = new ImportOptions(1, List.of("train", "test"), "train", 5);

    private TinyVqaCp() {}

    /** Writes 48 training and 10 test questions into a new folder and returns it. */
    static Path write(Path parent) {
        try {
            Path folder = Files.createDirectories(parent.resolve("tiny"));
            split(folder, "train", 0, 48);
            split(folder, "test", 100, 10);
            StringBuilder lines = new StringBuilder();
            for (int image = 0; image < 110; image++) {
                float red = image % 4 < 2 ? 1 : -1;
                lines.append(image).append("\t640\t480\t1\t").append(floats(0, 0, 320, 240 + image % 3));
                lines.append('\t').append(floats(red, image % 5 / 5f, 0.5f)).append('\n');
            }
            Files.writeString(folder.resolve("features.tsv"), lines);
            Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\nwhat\ncolor\nis\nit\nred\n");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A configuration of a model for this data set. */
    static String config(int words, int features) {
        return """
                {"model_type": "lxmert", "vocab_size": %d, "hidden_size": 16, "num_attention_heads": 2,
                 "intermediate_size": 32, "l_layers": 1, "r_layers": 1, "x_layers": 1, "visual_feat_dim": %d,
                 "max_position_embeddings": 6, "initializer_range": 0.1}""".formatted(words, features);
    }

    /** As {@link #config}, of VisualBERT. */
    static String visualBertConfig() {
        return """
                {"model_type": "visual_bert", "vocab_size": %d, "hidden_size": 16, "num_attention_heads": 2,
                 "intermediate_size": 32, "num_hidden_layers": 2, "visual_embedding_dim": %d,
                 "max_position_embeddings": 6, "initializer_range": 0.1}""".formatted(WORDS, FEATURES);
    }

    /** Settings under which the data set is learnt, with dropout. */
    static TrainingSettings.Builder training(int steps) {
        return TrainingSettings.newBuilder()
                .setText(TextOptions.newBuilder().setMaxTokens(4))
                .setLoss(Loss.newBuilder().setKind(LossKind.LOSS_KIND_BCE).setEntropyWeight(0.36))
                .setOptimizer(Optimizer.newBuilder()
                        .setKind(OptimizerKind.OPTIMIZER_KIND_ADAMW)
                        .setBeta1(0.9)
                        .setBeta2(0.999)
                        .setEpsilon(1e-8)
                        .setClipNorm(1))
                .setLearningRate(LearningRate.newBuilder().setPeak(5e-3).setWarmupSteps(steps / 10))
                .setBatchSize(16)
                .setSteps(steps)
                .setSelection(Selection.newBuilder().setKeep(Keep.KEEP_LAST))
                .setDropout(
                        Dropout.newBuilder().setHidden(0.1).setAttention(0.1).setHead(0.2))
                .setHeadBias(HeadBias.HEAD_BIAS_TRAINING_PRIOR);
    }

    static TrainSpec.Builder stage1(String dataset, String model, int steps) {
        return TrainSpec.newBuilder()
                .setDatasetKey(dataset)
                .setModelKey(model)
                .setWeights(WeightSource.WEIGHT_SOURCE_PER_SEED)
                .setTraining(training(steps))
                .setSeed(1);
    }

    /** The settings of the paper's masks, as far as a method has them. */
    static MaskSettings.Builder mask(PruneMethod method) {
        MaskSettings.Builder mask = MaskSettings.newBuilder()
                .setInitialisation(
                        method == PruneMethod.PRUNE_METHOD_RANDOM
                                ? MaskInitialisation.MASK_INITIALISATION_UNIFORM
                                : MaskInitialisation.MASK_INITIALISATION_MAGNITUDE);
        if (method == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            mask.setBinariser(Binariser.BINARISER_THRESHOLD);
        }
        return mask;
    }

    private static void split(Path folder, String split, int first, int count) throws IOException {
        List<String> questions = new ArrayList<>();
        List<String> annotations = new ArrayList<>();
        for (int id = first; id < first + count; id++) {
            boolean red = id % 4 < 2;
            boolean color = id % 2 == 0;
            String answer = color ? red ? "red" : "blue" : red ? "yes" : "no";
            questions.add("{\"image_id\": %d, \"question\": \"%s\", \"question_id\": %d}"
                    .formatted(id, color ? "What color" : "Is it red", id));
            annotations.add(annotation(id, color, answer));
        }
        Files.writeString(folder.resolve("vqacp_v2_" + split + "_questions.json"), questions.toString());
        Files.writeString(folder.resolve("vqacp_v2_" + split + "_annotations.json"), annotations.toString());
    }

    private static String annotation(int id, boolean color, String answer) {
        List<String> answers = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            answers.add("{\"answer\": \"%s\", \"answer_confidence\": \"yes\", \"answer_id\": %d}".formatted(answer, i));
        }
        return ("{\"question_type\": \"%s\", \"multiple_choice_answer\": \"%s\", \"answers\": %s, \"image_id\": %d, "
                        + "\"answer_type\": \"%s\", \"question_id\": %d}")
                .formatted(color ? "what color" : "is it", answer, answers, id, color ? "other" : "yes/no", id);
    }

    private static String floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
