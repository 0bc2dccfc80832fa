package org.crvqa.study.spec;

/** Numbers from {@code least} (included) to {@code limit} (excluded), described for people. */
record Range(String description, double least, double limit) {
    /** A rate of zeros or of dropout. */
    static final Range FRACTION = of("a number in [0, 1)", 0, 1);

    static final Range NOT_NEGATIVE = of("a number that is at least 0", 0, Double.MAX_VALUE);
    static final Range POSITIVE = of("a number greater than 0", Double.MIN_VALUE, Double.MAX_VALUE);
    static final Range COUNT = of("a whole number that is at least 1", 1, Double.MAX_VALUE);

    static Range of(String description, double least, double limit) {
        return new Range(description, least, limit);
    }

    /** Adds a violation when the value lies outside; NaN does. */
    void check(String path, double value, Violations violations) {
        if (!(value >= least && value < limit)) {
            violations.invalid(path, "expected " + description + ", found " + value);
        }
    }
}
