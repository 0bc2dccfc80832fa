package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.tensor.Torch;

/**
 * Adam, AdamW or the older Hugging Face AdamW over a fixed list of groups, with clipping by the global norm of all their
 * gradients, as torch's {@code clip_grad_norm_}. Never waits for the device. Not thread-safe.
 */
public final class AdamOptimizer {
    private final Torch torch;
    private final List<TrainedGroup> groups;
    private final AdamSettings settings;
    private final NDArray counter;
    private int steps;

    /** {@code manager} owns what the optimizer itself needs, which is next to nothing. */
    public AdamOptimizer(Torch torch, List<? extends TrainedGroup> groups, AdamSettings settings, NDManager manager) {
        this.torch = torch;
        this.groups = List.copyOf(groups);
        this.settings = settings;
        this.counter = manager.zeros(new Shape());
    }

    /**
     * Makes one step, unless loss or norm are not finite: then no value changes.
     *
     * @param gradients by name, which may be overwritten; a tensor without one took no part in the loss and stays
     *     untouched, as in torch
     * @param loss without dimensions
     * @param owner closes the result
     * @return (2): the loss, and the global L2 norm of the gradients before clipping
     */
    public NDArray step(Map<String, NDArray> gradients, NDArray loss, double learningRate, NDManager owner) {
        Moves moves = new Moves();
        groups.forEach(group -> group.collect(gradients, moves));
        if (moves.isEmpty()) {
            return torch.ops().pair(loss, torch.scalar(0f), owner);
        }
        steps++;
        NDArray norm = torch.ops().norm(moves.gradients(), owner);
        torch.ops()
                .adam(
                        AdamStep.of(settings, steps, learningRate),
                        moves.values(),
                        moves.gradients(),
                        moves.means(),
                        moves.meanSquares(),
                        counter,
                        norm,
                        loss);
        groups.forEach(TrainedGroup::moved);
        return torch.ops().pair(loss, norm, owner);
    }

    /** Shows the number of steps made; moments are the groups'. */
    public void state(StateFields fields) {
        steps = (int) fields.number("optimizer:steps", steps);
    }
}
