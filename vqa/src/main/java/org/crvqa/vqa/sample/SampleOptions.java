package org.crvqa.vqa.sample;

import org.crvqa.artifacts.InvalidInputException;

/**
 * What the generated data set is like.
 *
 * @param seed of everything random
 * @param trainQuestions least number of questions of the split; the last image may bring a few more
 * @param testQuestions as above, of the split with reversed priors
 * @param iidQuestions as above, of the split with the training priors
 * @param questionsPerImage most questions about one image
 * @param featureDim numbers per region feature
 * @param boxes regions per image
 * @param minObjects least objects in a scene, from 1
 * @param maxObjects most objects in a scene, up to the eight shapes
 * @param featureNoise standard deviation of the noise on every number of a feature
 * @param shapeDeviation standard deviation of the coefficients of shape codes
 * @param codeDeviation standard deviation of the coefficients of the other attributes' codes
 * @param placeDeviation standard deviation of a box's centre, as a fraction of the image
 * @param skew exponent of the answer priors; 0: uniform
 * @param errorRate how often each of annotators 7 to 10 gives a random answer
 */
public record SampleOptions(
        long seed,
        int trainQuestions,
        int testQuestions,
        int iidQuestions,
        int questionsPerImage,
        int featureDim,
        int boxes,
        int minObjects,
        int maxObjects,
        double featureNoise,
        double shapeDeviation,
        double codeDeviation,
        double placeDeviation,
        double skew,
        double errorRate) {
    private static final int MOST_PER_IMAGE = 1000;

    /** @throws InvalidInputException when a value is out of its range; the message names it */
    public SampleOptions {
        atLeast("train questions", trainQuestions, 1);
        atLeast("test questions", testQuestions, 1);
        atLeast("iid questions", iidQuestions, 1);
        atLeast("questions per image", questionsPerImage, 1);
        atMost("questions per image", questionsPerImage, MOST_PER_IMAGE);
        atLeast("feature dimension", featureDim, 1);
        atLeast("boxes", boxes, 1);
        atLeast("least objects", minObjects, 1);
        atLeast("most objects", maxObjects, minObjects);
        atMost("most objects", maxObjects, Attribute.SHAPE.answers().size());
        atLeast("feature noise", featureNoise, 0);
        atLeast("shape deviation", shapeDeviation, 0);
        atLeast("code deviation", codeDeviation, 0);
        atLeast("place deviation", placeDeviation, 0);
        atLeast("skew", skew, 0);
        atLeast("error rate", errorRate, 0);
        atMost("error rate", errorRate, 1);
    }

    /** The data set of the project's results. */
    public static SampleOptions defaults() {
        return of(1, 20_000, 4_000, 4_000);
    }

    /** The data set of the project's results with another seed and other numbers of questions. */
    public static SampleOptions of(long seed, int trainQuestions, int testQuestions, int iidQuestions) {
        return new SampleOptions(
                seed, trainQuestions, testQuestions, iidQuestions, 4, 32, 6, 1, 2, .05, .1, .5, .15, 1, .25);
    }

    private static void atLeast(String name, double value, double least) {
        if (!(value >= least && value < Double.POSITIVE_INFINITY)) {
            throw outOfRange(name, value, "at least " + least);
        }
    }

    private static void atMost(String name, double value, double most) {
        if (value > most) {
            throw outOfRange(name, value, "at most " + most);
        }
    }

    private static InvalidInputException outOfRange(String name, double value, String expected) {
        return new InvalidInputException(
                "Sample data set: " + name + " is " + value + ", expected " + expected, "Give a value in the range.");
    }
}
