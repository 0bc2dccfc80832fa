package org.crvqa.vqa.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.Map;
import java.util.function.LongSupplier;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensor.Torch;

/**
 * What tasks compute with: the engine, and a clock for progress reports only. One task at a time: the engine's random
 * generator is the process's. Results are the same bytes for the same number of threads.
 */
public final class Compute {
    private static final int EVALUATION_BATCH = 256;

    private final Torch torch;
    private final LongSupplier nanoTime;
    private final boolean prefetches;
    private final int evaluationBatch;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param prefetches whether batches are filled ahead, in a thread of their own
     * @param evaluationBatch questions that are answered at once
     */
    private Compute(Torch torch, LongSupplier nanoTime, boolean prefetches, int evaluationBatch) {
        this.torch = torch;
        this.nanoTime = nanoTime;
        this.prefetches = prefetches;
        this.evaluationBatch = evaluationBatch;
    }

    /** The same, with or without filling batches ahead: results are the same bytes. */
    public Compute withPrefetch(boolean ahead) {
        return new Compute(torch, nanoTime, ahead, evaluationBatch);
    }

    /** The same, so many questions answered at once. */
    public Compute withEvaluationBatch(int questions) {
        return new Compute(torch, nanoTime, prefetches, questions);
    }

    /**
     * Loads the engine, once per process. Tasks may run in another thread later.
     *
     * @param device {@code cpu}; training on an accelerator is not there yet
     * @param threads per operator; at least 1
     * @throws InvalidInputException when there is no such device or tasks cannot use it
     */
    public static Compute start(String device, int threads) {
        Torch torch = Torch.start(device, threads);
        if (!torch.device().equals(Device.cpu())) {
            throw new InvalidInputException(
                    "Device " + device + " is there, but optimizers and masks work in main memory only",
                    "Set CRVQA_DEVICE to cpu.");
        }
        return new Compute(torch, System::nanoTime, true, EVALUATION_BATCH);
    }

    /** Versions of what computes, which decide results to the last bit. Loads the engine where that was not done yet. */
    public static Map<String, String> libraries() {
        return Map.of(
                "djl",
                Engine.getDjlVersion(),
                "pytorch",
                Engine.getEngine("PyTorch").getVersion());
    }

    /** The engine. */
    public Torch torch() {
        return torch;
    }

    int evaluationBatch() {
        return evaluationBatch;
    }

    boolean prefetches() {
        return prefetches;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }
}
