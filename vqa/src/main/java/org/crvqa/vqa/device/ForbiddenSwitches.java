package org.crvqa.vqa.device;

import java.util.List;
import java.util.Optional;

/** Settings outside of a spec that would change what a GPU computes. */
final class ForbiddenSwitches {
    private static final List<String> VARIABLES = List.of("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "NVIDIA_TF32_OVERRIDE");
    private static final String CUDA_STREAM = "ai.djl.pytorch.enable_cuda_stream";

    private ForbiddenSwitches() {}

    /** The first one that is set, to whatever value. */
    static Optional<Unusable> find(Surroundings surroundings) {
        for (String name : VARIABLES) {
            Optional<String> value = surroundings.variable(name);
            if (value.isPresent()) {
                return Optional.of(new Unusable(
                        "the environment variable " + name + " is set (" + value.get()
                                + "), which changes what a GPU computes",
                        "Unset " + name + "."));
            }
        }
        return surroundings
                .property(CUDA_STREAM)
                .filter(value -> !value.equals("false"))
                .map(value -> new Unusable(
                        "the system property " + CUDA_STREAM + " is " + value
                                + ", which changes the order in which a GPU computes",
                        "Start Java without -D" + CUDA_STREAM + "."));
    }
}
