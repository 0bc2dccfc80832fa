package org.crvqa.vqa.train;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;

/** Writes examples of a split into the memory of a batch. Touches Java memory only, so that any thread may run it. */
final class BatchFiller {
    private final Dataset dataset;
    private final Split split;
    private final QuestionText text;
    private final int mostScores;

    BatchFiller(Dataset dataset, Split split, QuestionText text) {
        this.dataset = dataset;
        this.split = split;
        this.text = text;
        int most = 1;
        for (int i = 0; i < split.size(); i++) {
            most = Math.max(most, split.scoreCount(i));
        }
        mostScores = most;
    }

    /** The most answers with a score that an example of the split has; at least 1. */
    int mostScores() {
        return mostScores;
    }

    /** Memory of the inputs, each as {@link Batch} has it; features as the dataset stores them. */
    record Inputs(
            ByteBuffer tokenIds, ByteBuffer tokenMask, ByteBuffer features, ByteBuffer boxes, ByteBuffer regionMask) {}

    /**
     * Memory of the targets.
     *
     * @param types (B) 64-bit rows of the table of priors
     * @param answers (B, K) 64-bit; what an example does not need is 0
     * @param scores (B, K) of these answers; what an example does not need is 0
     * @param labels (B) 64-bit
     * @param labelled (B)
     */
    record Targets(ByteBuffer types, ByteBuffer answers, ByteBuffer scores, ByteBuffer labels, ByteBuffer labelled) {}

    /**
     * Puts examples into the inputs. With fewer than B the last rows ask about nothing but padding, and what their other
     * inputs hold is unspecified.
     */
    void fill(Inputs inputs, int[] examples) {
        LongBuffer tokens = inputs.tokenIds().asLongBuffer();
        FloatBuffer tokenMask = inputs.tokenMask().asFloatBuffer();
        ByteBuffer features = inputs.features().duplicate().clear();
        FloatBuffer boxes = inputs.boxes().asFloatBuffer();
        FloatBuffer regionMask = inputs.regionMask().asFloatBuffer();
        for (int example : examples) {
            int count = text.put(split.tokens(example), tokens);
            for (int i = 0; i < text.length(); i++) {
                tokenMask.put(i < count ? 1f : 0f);
            }
            int image = split.imageRow(example);
            dataset.copyStoredFeatures(image, features);
            dataset.copyBoxes(image, boxes);
            int regions = dataset.boxes(image);
            for (int i = 0; i < dataset.maxBoxes(); i++) {
                regionMask.put(i < regions ? 1f : 0f);
            }
        }
        while (tokens.hasRemaining()) {
            // Other bits would be no row of an embedding table.
            tokens.put(0);
        }
    }

    /** Puts the same examples' soft scores, question types and labels into the targets. */
    void fill(Targets targets, int[] examples) {
        LongBuffer types = targets.types().asLongBuffer();
        LongBuffer answers = targets.answers().asLongBuffer();
        FloatBuffer scores = targets.scores().asFloatBuffer();
        LongBuffer labels = targets.labels().asLongBuffer();
        FloatBuffer labelled = targets.labelled().asFloatBuffer();
        for (int example : examples) {
            types.put(split.questionType(example));
            int[] named = split.scoreAnswers(example);
            float[] values = split.scoreValues(example);
            for (int i = 0; i < mostScores; i++) {
                boolean given = i < named.length;
                answers.put(given ? named[i] : 0);
                scores.put(given ? values[i] : 0f);
            }
            labels.put(split.label(example));
            labelled.put(named.length == 0 ? 0f : 1f);
        }
    }
}
