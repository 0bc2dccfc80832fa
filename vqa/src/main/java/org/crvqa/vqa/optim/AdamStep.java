package org.crvqa.vqa.optim;

import org.crvqa.vqa.tensor.TensorOps;

/**
 * One step of Adam for any number of values.
 *
 * <p>With g the clipped gradient, a the mean and b the mean square, c1 = 1 - beta1^t, c2 = 1 - beta2^t:
 *
 * <ul>
 *   <li>all: a = a + (1 - beta1)(g - a); b = beta2 b + (1 - beta2) g g
 *   <li>ADAM (torch.optim.Adam): g += decay w first; w -= lr/c1 a / (sqrt(b)/sqrt(c2) + eps)
 *   <li>ADAMW (torch.optim.AdamW): w *= 1 - lr decay first; then as ADAM
 *   <li>ADAMW_HUGGING_FACE: w -= lr sqrt(c2)/c1 a / (sqrt(b) + eps); then w -= lr decay w. That is ADAM with eps/sqrt(c2)
 *       and without decay, and then w *= 1 - lr decay.
 * </ul>
 */
final class AdamStep {
    private AdamStep() {}

    /** {@code number} of the step, from 1. */
    static TensorOps.Adam of(AdamSettings settings, int number, double rate) {
        double decay = settings.weightDecay();
        return switch (settings.kind()) {
            case OPTIMIZER_KIND_ADAM -> step(settings, number, rate, settings.epsilon(), decay, false, 1);
            case OPTIMIZER_KIND_ADAMW -> step(settings, number, rate, settings.epsilon(), decay, true, 1);
            case OPTIMIZER_KIND_ADAMW_HUGGING_FACE -> {
                double epsilon = settings.epsilon() / Math.sqrt(1 - Math.pow(settings.beta2(), number));
                yield step(settings, number, rate, epsilon, 0, false, 1 - rate * decay);
            }
            case OPTIMIZER_KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("No optimizer kind");
        };
    }

    private static TensorOps.Adam step(
            AdamSettings settings,
            int number,
            double rate,
            double epsilon,
            double decay,
            boolean decoupled,
            double factor) {
        return new TensorOps.Adam(
                number,
                settings.clipNorm(),
                rate,
                settings.beta1(),
                settings.beta2(),
                epsilon,
                decay,
                decoupled,
                factor);
    }
}
