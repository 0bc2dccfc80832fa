package org.crvqa.vqa.sample;

import java.util.EnumMap;
import java.util.Map;

/**
 * Region features: the sum of a code vector for every attribute value of an object, in which values that the object does
 * not have appear as noise. Codes are orthogonal where the feature has room for it, and √dim/2 long.
 */
final class RegionCodes {
    private final SampleOptions options;
    private final Map<Attribute, double[][]> codes = new EnumMap<>(Attribute.class);

    RegionCodes(Draws draws, SampleOptions options) {
        this.options = options;
        int total = 0;
        for (Attribute attribute : Attribute.values()) {
            total += attribute.isCoded() ? attribute.answers().size() : 0;
        }
        double[][] basis = basis(draws, total, options.featureDim());
        int next = 0;
        for (Attribute attribute : Attribute.values()) {
            if (attribute.isCoded()) {
                double[][] own = new double[attribute.answers().size()][];
                for (int i = 0; i < own.length; i++) {
                    own[i] = basis[next++];
                }
                codes.put(attribute, own);
            }
        }
    }

    /** One noisy detection of an object; [featureDim]. */
    float[] feature(SceneObject object, Draws draws) {
        double[] sum = new double[options.featureDim()];
        for (int d = 0; d < sum.length; d++) {
            sum[d] = draws.normal(0, options.featureNoise());
        }
        codes.forEach((attribute, vectors) -> {
            double deviation = attribute == Attribute.SHAPE ? options.shapeDeviation() : options.codeDeviation();
            for (int value = 0; value < vectors.length; value++) {
                double mean = object.get(attribute) == value ? 1 : 0;
                addScaled(sum, vectors[value], draws.normal(mean, deviation));
            }
        });
        float[] feature = new float[sum.length];
        for (int d = 0; d < feature.length; d++) {
            feature[d] = (float) sum[d];
        }
        return feature;
    }

    private static double[][] basis(Draws draws, int count, int dim) {
        double[][] rows = new double[count][dim];
        for (int i = 0; i < count; i++) {
            for (int d = 0; d < dim; d++) {
                rows[i][d] = draws.normal(0, 1);
            }
            // Gram and Schmidt, twice for the sake of rounding; impossible for more rows than dimensions.
            for (int pass = 0; pass < 2 && count <= dim; pass++) {
                for (int j = 0; j < i; j++) {
                    addScaled(rows[i], rows[j], -dot(rows[i], rows[j]) / dot(rows[j], rows[j]));
                }
            }
        }
        for (double[] row : rows) {
            double scale = Math.sqrt(dim) / 2 / Math.sqrt(dot(row, row));
            for (int d = 0; d < dim; d++) {
                row[d] *= scale;
            }
        }
        return rows;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }

    private static void addScaled(double[] target, double[] vector, double factor) {
        for (int d = 0; d < target.length; d++) {
            target[d] += factor * vector[d];
        }
    }
}
