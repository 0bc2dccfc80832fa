package org.crvqa.vqa.device;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.crvqa.vqa.tensor.Libtorch;

/**
 * Tries the GPU: copies matrices to it, multiplies them there and reads the product back. The engine's own count of GPUs is
 * not asked, since it looks for a file that runtime images do not have, and then says 0.
 */
final class TrialProbe implements GpuProbe {
    private static final float[] LEFT = {1, 2, 3, 4};
    private static final float[] RIGHT = {5, 6, 7, 8};
    private static final float[] PRODUCT = {19, 22, 43, 50};

    /** A product of two matrices with two rows on the GPU; throws what the engine throws. */
    interface Trial {
        float[] product(float[] left, float[] right);
    }

    private final Surroundings surroundings;
    private final Supplier<Libtorch> libtorch;
    private final Trial trial;
    private final GpuDiagnosis diagnosis;

    TrialProbe(Surroundings surroundings, Supplier<Libtorch> libtorch, Trial trial, GpuDiagnosis diagnosis) {
        this.surroundings = surroundings;
        this.libtorch = libtorch;
        this.trial = trial;
        this.diagnosis = diagnosis;
    }

    @Override
    public Optional<Unusable> probe() {
        return ForbiddenSwitches.find(surroundings)
                .or(() -> EngineSettings.check(surroundings))
                .or(this::attempt);
    }

    private Optional<Unusable> attempt() {
        Optional<Libtorch> loaded = Optional.empty();
        try {
            loaded = Optional.of(libtorch.get());
            float[] product = trial.product(LEFT, RIGHT);
            return Arrays.equals(product, PRODUCT)
                    ? Optional.empty()
                    : Optional.of(new Unusable(
                            "a product of two matrices on it is " + Arrays.toString(product) + ", expected "
                                    + Arrays.toString(PRODUCT),
                            "The GPU or its libraries are broken: look for Xid errors in the kernel's log."));
        } catch (RuntimeException | LinkageError | AssertionError e) {
            // Native libraries and the engine fail in each of these ways.
            return Optional.of(diagnosis.of(loaded, e));
        }
    }
}
