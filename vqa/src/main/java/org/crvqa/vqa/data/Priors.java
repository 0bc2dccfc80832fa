package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.List;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/**
 * Mean soft scores of answers over the examples of one split: for each question type the bias prior, and over all
 * examples, which is also the prior of a type that does not occur. Examples without label count as examples.
 *
 * @param bias [question types][answers]
 * @param mean [answers]
 */
record Priors(float[][] bias, float[] mean) {
    static Priors of(Examples examples, int questionTypes, int answers) {
        double[][] sums = new double[questionTypes][answers];
        double[] sum = new double[answers];
        long[] counts = new long[questionTypes];
        for (int place = 0; place < examples.size(); place++) {
            int type = examples.questionType(place);
            counts[type]++;
            SoftScores scores = examples.scores(place);
            float[] values = scores.values();
            for (int i = 0; i < values.length; i++) {
                sums[type][scores.answers()[i]] += values[i];
                sum[scores.answers()[i]] += values[i];
            }
        }
        float[] mean = divide(sum, examples.size());
        float[][] bias = new float[questionTypes][];
        for (int type = 0; type < questionTypes; type++) {
            bias[type] = counts[type] == 0 ? mean : divide(sums[type], counts[type]);
        }
        return new Priors(bias, mean);
    }

    private static float[] divide(double[] sums, long count) {
        float[] means = new float[sums.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) (sums[i] / count);
        }
        return means;
    }

    void write(Path file) {
        List<TensorDeclaration> tensors = List.of(
                TensorDeclaration.f32(DatasetFiles.BIAS, bias.length, mean.length),
                TensorDeclaration.f32(DatasetFiles.MEAN_SCORES, mean.length));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors)) {
            for (float[] row : bias) {
                writer.writeFloats(DatasetFiles.BIAS, row);
            }
            writer.writeFloats(DatasetFiles.MEAN_SCORES, mean);
            writer.commit();
        }
    }
}
