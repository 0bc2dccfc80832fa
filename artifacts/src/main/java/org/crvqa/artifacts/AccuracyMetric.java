package org.crvqa.artifacts;

/**
 * Names of the accuracies in the manifest of an evaluation: {@code accuracy/<set>/<part>}. Evaluators write them and
 * reports read them. A set is a split, a subset of one, or a {@link SubsetFamily}.
 */
public final class AccuracyMetric {
    /** The part that counts every question of the set. */
    public static final String ALL = "all";
    /** The part that counts, for every question, the best of the candidate answers. */
    public static final String UPPER_BOUND = "upper_bound";

    private static final String QUESTION_TYPE = "question_type/";

    private AccuracyMetric() {}

    /** {@code part}: {@link #ALL}, {@link #UPPER_BOUND}, an answer type such as "yes/no", or a {@link #questionType}. */
    public static String name(String set, String part) {
        return "accuracy/" + set + "/" + part;
    }

    /** The part that counts the questions of one type, such as "how many". */
    public static String questionType(String type) {
        return QUESTION_TYPE + type;
    }

    /** The metric that says how many questions a part of a set has; evaluators of earlier releases did not write it. */
    public static String questions(String set, String part) {
        return "questions/" + set + "/" + part;
    }

    /** The metric that says how many questions of a type a set has; evaluators of earlier releases did not write it. */
    public static String questionsOfType(String set, String type) {
        return questions(set, questionType(type));
    }
}
