package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.Loss;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Torch;

/** A training loss. Stateless; its own parameters, where it has any, come in with every call. */
public sealed interface DebiasLoss
        permits BceLoss, LmhLoss, LpfLoss, PoeLoss, ReweightLoss, RubiLoss, SoftCrossEntropyLoss {
    /**
     * The loss of a batch, without dimensions; differentiable. It belongs to the manager of {@code logits}.
     *
     * @param logits (B, A) of the answer head
     * @param pooled (B, H) that the logits were computed from
     * @param parameters the tensors named by {@link #parameters}
     */
    NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters);

    /** The same, which tells its {@link #parts} too. */
    default NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters, LossParts told) {
        return value(logits, pooled, targets, parameters);
    }

    /** Names of the terms beside the one that looks at the answers; often none. */
    default Set<String> parts() {
        return Set.of();
    }

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
            case LOSS_KIND_CE -> new SoftCrossEntropyLoss();
            case LOSS_KIND_POE -> new PoeLoss(torch, spec.getTrainMixin());
            case LOSS_KIND_REWEIGHT -> new ReweightLoss(torch);
            case LOSS_KIND_LPF -> new LpfLoss(torch, spec.getGamma(), dropsUnlabelled(spec));
            case LOSS_KIND_RUBI -> new RubiLoss(torch, dropsUnlabelled(spec));
            case LOSS_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new InvalidInputException(
                        "loss.kind: expected a loss, found " + spec.getKind(),
                        "Choose a loss that this version knows.");
        };
    }

    private static boolean dropsUnlabelled(Loss spec) {
        return switch (spec.getUnlabelled()) {
            case UNLABELLED_POLICY_RANDOM_LABEL -> false;
            case UNLABELLED_POLICY_DROP -> true;
            case UNLABELLED_POLICY_UNSPECIFIED, UNRECOGNIZED ->
                throw new InvalidInputException(
                        "loss.unlabelled: expected UNLABELLED_POLICY_RANDOM_LABEL or UNLABELLED_POLICY_DROP, found "
                                + spec.getUnlabelled(),
                        "Say what " + spec.getKind() + " does with an example that has no label.");
        };
    }
}
