package org.crvqa.vqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.crvqa.vqa.tensor.Operators.Arguments;

/**
 * Torch's operators over lists of tensors, and others that the engine's Java side lacks: one implementation for CPU and
 * GPU. None waits for the device. What is changed is changed in place; lists of one call have the same length, and tensors
 * at one place the same shape.
 */
public final class TensorOps {
    private final Operators operators;
    private final Torch torch;

    TensorOps(Torch torch, Operators operators) {
        this.torch = torch;
        this.operators = operators;
    }

    /**
     * One step of an optimizer, the same for all values.
     *
     * @param number of the step, from 1
     * @param clipNorm highest norm of the gradients, or 0
     * @param rate learning rate
     * @param weightDecay {@code decoupled}: as torch.optim.AdamW's, else as torch.optim.Adam's
     * @param factor by which values are multiplied afterwards
     */
    public record Adam(
            int number,
            double clipNorm,
            double rate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            boolean decoupled,
            double factor) {}

    /** The L2 norm of all gradients together, without dimensions; {@code owner} closes it. */
    public NDArray norm(List<NDArray> gradients, NDManager owner) {
        try (Arguments arguments = new Arguments()) {
            return operators.tensor("global_norm", arguments.tensors(gradients), owner);
        }
    }

    /** Two numbers without dimensions as one tensor (2), so that both are read at once. */
    public NDArray pair(NDArray first, NDArray second, NDManager owner) {
        try (Arguments arguments = new Arguments()) {
            return operators.tensor("measures", arguments.tensor(first).tensor(second), owner);
        }
    }

    /**
     * Adam in one of its forms, gradients clipped by their norm. Changes nothing where norm or loss is not finite, which
     * is found on the device.
     *
     * @param gradients overwritten
     * @param counter a float tensor without dimensions, overwritten
     * @param norm of the gradients, without dimensions
     * @param loss without dimensions
     */
    public void adam(
            Adam step,
            List<NDArray> values,
            List<NDArray> gradients,
            List<NDArray> means,
            List<NDArray> meanSquares,
            NDArray counter,
            NDArray norm,
            NDArray loss) {
        run(
                "adam",
                new Arguments()
                        .tensors(values)
                        .tensors(gradients)
                        .tensors(means)
                        .tensors(meanSquares)
                        .tensor(counter)
                        .tensor(norm)
                        .tensor(loss)
                        .number((double) step.number())
                        .number(step.clipNorm())
                        .number(step.rate())
                        .number(step.beta1())
                        .number(step.beta2())
                        .number(step.epsilon())
                        .number(step.weightDecay())
                        .flag(step.decoupled())
                        .number(step.factor()));
    }

    /** values = values · factors. */
    public void multiply(List<NDArray> values, List<NDArray> factors) {
        run("multiply", new Arguments().tensors(values).tensors(factors));
    }

    /** Sets gradients to 0 where |value| has reached 1. */
    public void zeroAtLimits(List<NDArray> gradients, List<NDArray> values) {
        run("zero_at_limits", new Arguments().tensors(gradients).tensors(values));
    }

    /** Moves values into [-1, 1]. */
    public void clamp(List<NDArray> values) {
        run("clamp", new Arguments().tensors(values));
    }

    /**
     * target = source where value &gt; cut, and where value = cut at a place that {@code after} names; else +0.
     *
     * @param sources finite; may be the targets
     * @param cuts without dimensions
     * @param after truth values of the values' shapes; one without elements names no place
     */
    public void keepAbove(
            List<NDArray> targets,
            List<NDArray> sources,
            List<NDArray> values,
            List<NDArray> cuts,
            List<NDArray> after) {
        run(
                "keep_above",
                new Arguments()
                        .tensors(targets)
                        .tensors(sources)
                        .tensors(values)
                        .tensors(cuts)
                        .tensors(after)
                        .tensor(torch.chunkOfZeros()));
    }

    /** Sets {@code kept} to the truth values by which {@link #keepAbove} decides. */
    public void setAbove(List<NDArray> kept, List<NDArray> values, List<NDArray> cuts, List<NDArray> after) {
        run(
                "set_above",
                new Arguments().tensors(kept).tensors(values).tensors(cuts).tensors(after));
    }

    /** target = source where {@code kept}, else +0; sources are finite and may be the targets. */
    public void keep(List<NDArray> targets, List<NDArray> sources, List<NDArray> kept) {
        run(
                "keep",
                new Arguments().tensors(targets).tensors(sources).tensors(kept).tensor(torch.chunkOfZeros()));
    }

    /** The truth values of {@link #keepAbove} for one tensor; {@code owner} closes them. */
    public NDArray above(NDArray values, NDArray cut, NDArray after, NDManager owner) {
        try (Arguments arguments = new Arguments()) {
            return operators.tensor(
                    "above", arguments.tensor(values).tensor(cut).tensor(after), owner);
        }
    }

    /**
     * Finds where values and their {@code zeros} smallest part, by a stable sort: among equal values those with the
     * smallest index are zeros, -0 equals 0, NaN comes last.
     *
     * @param cut set to the greatest value among the zeros, or -∞; without dimensions
     * @param last set to the index of the last zero among those that equal the cut; to {@link Integer#MAX_VALUE} when all
     *     of them are zeros, to -1 when there are no zeros; 64-bit, without dimensions
     * @param after set to whether a place's index is above {@code last}; of the values' shape
     */
    public void cutBySorting(NDArray values, int zeros, NDArray cut, NDArray last, NDArray after) {
        run(
                "cut_by_sorting",
                new Arguments()
                        .tensor(values)
                        .number((long) zeros)
                        .tensor(cut)
                        .tensor(last)
                        .tensor(after));
    }

    /** Sets truth values to whether a place's index is above {@code last}, at least -1. */
    public void placesAfter(NDArray after, int last) {
        run("places_after", new Arguments().tensor(after).number((long) last));
    }

    /** Sets truth values to 0 for the {@code zeros} smallest of each {@code of} neighbours, ties by index, else 1. */
    public void keepGreatestOfGroups(NDArray kept, NDArray values, int zeros, int of) {
        run(
                "keep_greatest_of_groups",
                new Arguments().tensor(kept).tensor(values).number((long) zeros).number((long) of));
    }

    /**
     * Sets truth values to draws with probability sigmoid(value): place i draws the i-th number of SplitMix64's sequence
     * from {@code start}, in 53 bits.
     */
    public void draw(NDArray kept, NDArray values, long start) {
        // So many places at once: the 64-bit numbers of a whole embedding table would need half a gigabyte.
        long chunk = 1 << 20;
        run("draw", new Arguments().tensor(kept).tensor(values).number(start).number(chunk));
    }

    /**
     * Puts the places of the highest logits of the first rows, the first of equal ones, into {@code answers} from
     * {@code first} on, and adds the number of these rows with a logit that is NaN to its last element.
     *
     * @param answers 64-bit integers
     * @param logits (B, A)
     */
    public void best(NDArray answers, NDArray logits, int first, int rows) {
        run(
                "best",
                new Arguments()
                        .tensor(answers)
                        .tensor(logits)
                        .number((long) first)
                        .number((long) rows));
    }

    /**
     * As {@link #best}, for several answers of each question with their probabilities: the place of the highest logit
     * first, of equal ones the first place. Infinite logits count as the largest numbers that there are.
     *
     * @param answers 64-bit integers: {@code kept} for each question, then one element that counts rows with NaN
     * @param probabilities floats: {@code kept} for each question
     * @param logits (B, A)
     * @param kept at most A
     * @param together whether the probabilities of all answers sum to 1 (softmax), or each stands by itself (sigmoid)
     */
    public void top(
            NDArray answers, NDArray probabilities, NDArray logits, int first, int rows, int kept, boolean together) {
        run(
                "top",
                new Arguments()
                        .tensor(answers)
                        .tensor(probabilities)
                        .tensor(logits)
                        .number((long) first)
                        .number((long) rows)
                        .number((long) kept)
                        .flag(together));
    }

    /** target (B, A) = rows of table (·, A) at places (B). */
    public void rows(NDArray target, NDArray table, NDArray places) {
        run("rows", new Arguments().tensor(target).tensor(table).tensor(places));
    }

    /** target (B, A) = 0 but for values (B, K) at places (B, K); where a place occurs again, their sum. */
    public void scatterRows(NDArray target, NDArray places, NDArray values) {
        run("scatter_rows", new Arguments().tensor(target).tensor(places).tensor(values));
    }

    /** x Wᵀ + b with operands rounded to bfloat16 and a float result, under gradients. */
    public NDArray linearBfloat16(NDArray x, NDArray weight, NDArray bias) {
        return operators.differentiable("linear_bfloat16", x, weight, bias);
    }

    /** Main memory as a tensor without a meaning yet; page-locked where the device is a GPU. */
    NDArray room(long elements, DataType type, NDManager owner) {
        boolean pinned = !torch.device().equals(Device.cpu());
        try (Arguments arguments = new Arguments()) {
            return operators.tensor(
                    "room", arguments.number(elements).number(scalarType(type)).flag(pinned), owner);
        }
    }

    /** A view of a part of a tensor of one dimension. */
    NDArray piece(NDArray block, long first, Shape shape, NDManager owner) {
        try (Arguments arguments = new Arguments()) {
            return operators.tensor(
                    "piece",
                    arguments.tensor(block).number(first).number(shape.size()).numbers(shape.getShape()),
                    owner);
        }
    }

    private void run(String method, Arguments arguments) {
        try (arguments) {
            operators.run(method, arguments);
        }
    }

    /** Torch's number of a type. */
    private static long scalarType(DataType type) {
        return switch (type) {
            case UINT8 -> 0;
            case INT64 -> 4;
            case FLOAT16 -> 5;
            case FLOAT32 -> 6;
            case BOOLEAN -> 11;
            default -> throw new IllegalArgumentException("No tensors of type " + type + " here");
        };
    }
}
