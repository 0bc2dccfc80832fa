package org.crvqa.vqa.optim;

import static org.crvqa.task.v1.OptimizerKind.OPTIMIZER_KIND_ADAM;

import org.crvqa.task.v1.OptimizerKind;

/**
 * One step of Adam for any number of values: everything that does not differ between values, computed once in double.
 *
 * <p>With g the clipped gradient, a the mean and b the mean square, c1 = 1 - beta1^t, c2 = 1 - beta2^t:
 *
 * <ul>
 *   <li>all: a = a + (1 - beta1)(g - a); b = beta2 b + (1 - beta2) g g
 *   <li>ADAM (torch.optim.Adam): g += decay w first; w -= lr/c1 a / (sqrt(b)/sqrt(c2) + eps)
 *   <li>ADAMW (torch.optim.AdamW): w *= 1 - lr decay first; then as ADAM
 *   <li>ADAMW_HUGGING_FACE: w -= lr sqrt(c2)/c1 a / (sqrt(b) + eps); then w -= lr decay w
 * </ul>
 */
public final class AdamStep {
    private final OptimizerKind kind;
    private final float gradientScale;
    private final float oneMinusBeta1;
    private final float beta2;
    private final float oneMinusBeta2;
    private final float stepSize;
    private final float rootScale;
    private final float epsilon;
    private final float decay;

    /**
     * @param number of the step, from 1
     * @param gradientScale factor of every gradient: 1, or less when clipped
     */
    AdamStep(AdamSettings settings, int number, double learningRate, double gradientScale) {
        double correction1 = 1 - Math.pow(settings.beta1(), number);
        double rootCorrection2 = Math.sqrt(1 - Math.pow(settings.beta2(), number));
        this.kind = settings.kind();
        this.gradientScale = (float) gradientScale;
        this.oneMinusBeta1 = (float) (1 - settings.beta1());
        this.beta2 = (float) settings.beta2();
        this.oneMinusBeta2 = (float) (1 - settings.beta2());
        this.epsilon = (float) settings.epsilon();
        switch (kind) {
            case OPTIMIZER_KIND_ADAM -> {
                stepSize = (float) (learningRate / correction1);
                rootScale = (float) rootCorrection2;
                decay = (float) settings.weightDecay();
            }
            case OPTIMIZER_KIND_ADAMW -> {
                stepSize = (float) (learningRate / correction1);
                rootScale = (float) rootCorrection2;
                decay = (float) (1 - learningRate * settings.weightDecay());
            }
            case OPTIMIZER_KIND_ADAMW_HUGGING_FACE -> {
                stepSize = (float) (learningRate * rootCorrection2 / correction1);
                rootScale = 1;
                decay = (float) (learningRate * settings.weightDecay());
            }
            case OPTIMIZER_KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("No optimizer kind");
            default -> throw new AssertionError(kind);
        }
    }

    /**
     * Updates the first {@code n} values and their moments in place. The loops are plain so that the compiler turns them
     * into vector instructions; {@code gradient} is overwritten.
     */
    public void apply(float[] values, float[] gradient, float[] mean, float[] meanSquare, int n) {
        for (int i = 0; i < n; i++) {
            gradient[i] *= gradientScale;
        }
        if (kind == OPTIMIZER_KIND_ADAM && decay != 0) {
            for (int i = 0; i < n; i++) {
                gradient[i] += decay * values[i];
            }
        }
        moments(gradient, mean, meanSquare, n);
        switch (kind) {
            case OPTIMIZER_KIND_ADAM -> move(values, mean, meanSquare, 1, n);
            case OPTIMIZER_KIND_ADAMW -> move(values, mean, meanSquare, decay, n);
            default -> {
                move(values, mean, meanSquare, 1, n);
                if (decay != 0) {
                    for (int i = 0; i < n; i++) {
                        values[i] -= decay * values[i];
                    }
                }
            }
        }
    }

    private void moments(float[] gradient, float[] mean, float[] meanSquare, int n) {
        for (int i = 0; i < n; i++) {
            float g = gradient[i];
            mean[i] += oneMinusBeta1 * (g - mean[i]);
            meanSquare[i] = beta2 * meanSquare[i] + oneMinusBeta2 * g * g;
        }
    }

    private void move(float[] values, float[] mean, float[] meanSquare, float factor, int n) {
        for (int i = 0; i < n; i++) {
            float denominator = (float) Math.sqrt(meanSquare[i]) / rootScale + epsilon;
            values[i] = values[i] * factor - stepSize * (mean[i] / denominator);
        }
    }
}
