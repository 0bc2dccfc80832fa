package org.crvqa.vqa.train;

/**
 * Training cannot go on because the loss or its gradient is not a finite number, or evaluation because scores are none. The same task diverges again at the same
 * step, so this is a failure of the spec (a user error) and never worth a retry.
 */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code what} is the loss or the gradient norm, with its {@code value} at the 0-based {@code step}. */
    DivergedException(String what, double value, long step) {
        super("Training diverged: the " + what + " is " + value + " at step " + (step + 1));
    }

    private DivergedException(String message) {
        super(message);
    }

    /** The model gives NaN as the score of an answer to {@code broken} of the questions of a split. */
    static DivergedException ofScores(String split, long broken, int questions) {
        return new DivergedException("The model's scores of answers are not numbers for " + broken + " of " + questions
                + " questions of " + split);
    }

    /** What the person can do about it. */
    public String advice() {
        return "Lower the learning rate, lengthen the warm-up or clip gradients harder, and look for wrong values in the"
                + " features.";
    }
}
