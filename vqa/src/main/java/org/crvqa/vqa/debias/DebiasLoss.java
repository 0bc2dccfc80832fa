package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.Loss;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Torch;

/** A training loss. Stateless; its own parameters, where it has any, come in with every call. */
public sealed interface DebiasLoss permits BceLoss, LmhLoss {
    /**
     * The loss of a batch, without dimensions; differentiable. It belongs to the manager of {@code logits}.
     *
     * @param logits (B, A) of the answer head
     * @param pooled (B, H) that the logits were computed from
     * @param parameters the tensors named by {@link #parameters}
     */
    NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters);

    /** Names and shapes of the loss's own parameters for a pooled state of width {@code hidden}; often none. */
    Map<String, long[]> parameters(int hidden);

    /** First values of one of {@link #parameters}. @throws IllegalArgumentException when there is no such parameter */
    float[] initial(WeightInit init, int hidden, String name);

    /** Whether the optimizer gets {@link #parameters}; if not, they stay at their first values. */
    boolean trainsParameters();

    /**
     * The loss that a spec asks for.
     *
     * @throws InvalidInputException when the spec names no loss or has a value out of range
     */
    static DebiasLoss of(Torch torch, Loss spec) {
        return switch (spec.getKind()) {
            case LOSS_KIND_BCE -> new BceLoss(torch);
            case LOSS_KIND_LMH -> new LmhLoss(torch, spec.getEntropyWeight(), spec.getTrainMixin());
            default ->
                throw new InvalidInputException(
                        "loss.kind: expected LOSS_KIND_BCE or LOSS_KIND_LMH, found " + spec.getKind(),
                        "Choose a loss that this version knows.");
        };
    }
}
