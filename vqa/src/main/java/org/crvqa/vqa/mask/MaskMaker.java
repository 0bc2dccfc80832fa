package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.crvqa.task.v1.MaskSettings;

/** Makes the masks of a task, trained or not, as its settings say. */
public final class MaskMaker {
    private final MaskSettings settings;
    private final long seed;
    private final Optional<NmGroups> groups;

    /** Of valid settings. @param seed of everything that is drawn */
    public MaskMaker(MaskSettings settings, long seed) {
        this.settings = settings;
        this.seed = seed;
        this.groups = settings.hasPattern() ? Optional.of(NmGroups.of(settings.getPattern())) : Optional.empty();
    }

    /** The first mask of a tensor: 1 where a value stays. Its global counts, where wanted, are already the target's. */
    public byte[] kept(MaskTarget target, FloatBuffer weights) {
        return switch (settings.getInitialisation()) {
            case MASK_INITIALISATION_MAGNITUDE,
                    MASK_INITIALISATION_MAGNITUDE_SOFT,
                    MASK_INITIALISATION_GLOBAL_MAGNITUDE ->
                groups.map(some -> some.kept(weights, true))
                        .orElseGet(() -> MagnitudeMask.dropping(weights, target.zerosAt(0)));
            case MASK_INITIALISATION_UNIFORM, MASK_INITIALISATION_DOUBLE_UNIFORM -> {
                MaskRandom random = random("zeros", target);
                yield groups.map(some -> random.dropping(target.size(), some))
                        .orElseGet(() -> random.dropping(target.size(), target.zerosAt(0)));
            }
            case MASK_INITIALISATION_RANDOM_UNIFORM -> independent(target);
            case MASK_INITIALISATION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("No initialisation " + settings.getInitialisation());
        };
    }

    /**
     * A trained mask over a frozen tensor.
     *
     * @param weight W; the caller closes it, after the mask
     * @param manager owns what the mask needs (four times the size of W)
     */
    public MaskedWeight masked(MaskTarget target, NDArray weight, NDManager manager) {
        return new MaskedWeight(target, weight, (weights, values) -> start(target, weights, values), manager);
    }

    /** A trained mask over a tensor that is trained too; {@code manager} owns seven times the tensor's size. */
    public MaskedTrainable maskedTrained(MaskTarget target, NDArray tensor, NDManager manager) {
        return new MaskedTrainable(masked(target, tensor, manager), tensor, manager);
    }

    /** Fills m so that the binariser begins with the initialisation's mask. */
    private MaskRule start(MaskTarget target, FloatBuffer weights, FloatBuffer values) {
        byte[] kept = kept(target, weights);
        int zeros = target.zerosAt(0);
        Cut cut =
                FirstValues.fill(settings.getInitialisation(), weights, kept, zeros, random("values", target), values);
        return switch (settings.getBinariser()) {
            case BINARISER_THRESHOLD ->
                groups.<MaskRule>map(some -> new GroupRule(some, kept)).orElseGet(() -> new ThresholdRule(cut));
            case BINARISER_SIGN -> {
                FirstValues.aroundZero(values, kept, cut.value());
                yield new SignRule();
            }
            case BINARISER_BERNOULLI -> {
                FirstValues.aroundLogit(values, cut.value(), zeros);
                yield new BernoulliRule(seed, target.name(), groups, kept);
            }
            case BINARISER_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("No binariser " + settings.getBinariser());
        };
    }

    /** Each value a zero with the probability of the rate, whatever the others are. */
    private byte[] independent(MaskTarget target) {
        MaskRandom random = random("zeros", target);
        byte[] kept = new byte[target.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (byte) (random.at(i) < target.rateAt(0) ? 0 : 1);
        }
        return kept;
    }

    private MaskRandom random(String purpose, MaskTarget target) {
        return new MaskRandom(seed, 0, purpose, target.name());
    }
}
