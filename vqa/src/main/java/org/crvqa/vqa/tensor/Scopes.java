package org.crvqa.vqa.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/** Bounds the life of intermediate tensors. The autograd graph keeps, on its own, what a backward pass needs. */
public final class Scopes {
    private Scopes() {}

    /**
     * Runs a computation and closes every tensor that it made, except the result.
     *
     * @param owner closes the result; the caller may close it earlier
     */
    public static NDArray within(NDManager owner, Supplier<NDArray> computation) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray result = computation.get();
            NDScope.unregister(result);
            result.attach(owner);
            return result;
        }
    }

    /** Takes a tensor out of the scope around it: its manager alone closes it. */
    static void release(NDArray tensor) {
        NDScope.unregister(tensor);
    }
}
