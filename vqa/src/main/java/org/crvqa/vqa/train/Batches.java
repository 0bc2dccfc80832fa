package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;
import org.crvqa.vqa.tensor.Torch;

/** The batches of one run over a split, step by step, each filled while the one before it is computed. */
final class Batches implements AutoCloseable {
    private final int rows;
    private final List<BatchSlot> slots;
    private final Prefetch prefetch;

    private Batches(Compute compute, int rows, List<BatchSlot> slots, IntFunction<int[]> examples, int end) {
        this.rows = rows;
        this.slots = slots;
        prefetch = new Prefetch(
                step -> slots.get(Prefetch.slot(step)).fill(examples.apply(step)),
                end,
                compute.prefetches(),
                compute.nanoTime());
    }

    /**
     * Batches with targets.
     *
     * @param examples the places of a step's examples in the split, as many as {@code rows}; called step by step
     * @param end the step after the last
     * @param manager owns the tensors; to be closed after the batches
     */
    static Batches training(
            Compute compute,
            Dataset dataset,
            Split split,
            QuestionText text,
            int rows,
            IntFunction<int[]> examples,
            int end,
            NDManager manager) {
        NDArray priors = priors(compute.torch(), dataset, manager);
        return of(compute, dataset, split, text, priors, true, rows, examples, end, manager);
    }

    /** Batches without targets; the last may have fewer examples than {@code rows}. Otherwise as above. */
    static Batches evaluation(
            Compute compute,
            Dataset dataset,
            Split split,
            QuestionText text,
            int rows,
            IntFunction<int[]> examples,
            int end,
            NDManager manager) {
        NDArray none = manager.zeros(new Shape(0));
        return of(compute, dataset, split, text, none, false, rows, examples, end, manager);
    }

    private static Batches of(
            Compute compute,
            Dataset dataset,
            Split split,
            QuestionText text,
            NDArray priors,
            boolean targeted,
            int rows,
            IntFunction<int[]> examples,
            int end,
            NDManager manager) {
        BatchFiller filler = new BatchFiller(dataset, split, text);
        List<BatchSlot> slots = Stream.generate(
                        () -> new BatchSlot(compute.torch(), dataset, text, filler, priors, targeted, rows, manager))
                .limit(Prefetch.SLOTS)
                .toList();
        return new Batches(compute, rows, slots, examples, end);
    }

    /** The batch of a step, valid until the step after the next is asked for. */
    Batch of(int step) {
        prefetch.await(step);
        return slots.get(Prefetch.slot(step)).take();
    }

    /** Rows of each batch. */
    int rows() {
        return rows;
    }

    /** How long steps have waited for their batches. */
    long waitedNanos() {
        return prefetch.waitedNanos();
    }

    @Override
    public void close() {
        prefetch.close();
    }

    /** The bias prior of every question type: (types, A). */
    static NDArray priors(Torch torch, Dataset dataset, NDManager manager) {
        int types = dataset.questionTypes();
        NDArray table = manager.zeros(new Shape(types, dataset.answers()));
        torch.transfer().fill(table, memory -> {
            for (int type = 0; type < types; type++) {
                memory.put(dataset.bias(type));
            }
        });
        return table;
    }
}
