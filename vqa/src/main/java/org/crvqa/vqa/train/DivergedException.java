package org.crvqa.vqa.train;

/**
 * Training cannot go on because the loss or its gradient is not a finite number. The same task diverges again at the same
 * step, so this is a failure of the spec (a user error) and never worth a retry.
 */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code what} is the loss or the gradient norm, with its {@code value} at the 0-based {@code step}. */
    DivergedException(String what, double value, long step) {
        super("Training diverged: the " + what + " is " + value + " at step " + (step + 1));
    }

    /** What the person can do about it. */
    public String advice() {
        return "Lower the learning rate, lengthen the warm-up or clip gradients harder, and look for wrong values in the"
                + " features.";
    }
}
