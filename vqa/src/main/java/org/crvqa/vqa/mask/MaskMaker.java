package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.vqa.tensor.Torch;

/** Makes the masks of a task, trained or not, as its settings say. */
public final class MaskMaker {
    private final Torch torch;
    private final MaskSettings settings;
    private final long seed;
    private final Optional<NmGroups> groups;

    /** Of valid settings. @param seed of everything that is drawn */
    public MaskMaker(Torch torch, MaskSettings settings, long seed) {
        this.torch = torch;
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
     * Trained masks over frozen tensors.
     *
     * @param tensors by name, W of each target; the caller closes them, after the masks
     * @param manager owns what the masks need (four times the size of W)
     */
    public MaskGroup masked(List<MaskTarget> targets, Map<String, NDArray> tensors, NDManager manager) {
        return new MaskGroup(
                torch,
                targets,
                targets.stream().map(target -> tensors.get(target.name())).toList(),
                (weights, values) -> start(targets, weights, values, manager),
                manager);
    }

    /** Trained masks over tensors that are trained too; {@code manager} owns seven times the tensors' size. */
    public MaskedDenseGroup maskedTrained(List<MaskTarget> targets, Map<String, NDArray> tensors, NDManager manager) {
        Map<String, NDArray> ordered = new LinkedHashMap<>();
        targets.forEach(target -> ordered.put(target.name(), tensors.get(target.name())));
        return new MaskedDenseGroup(masked(targets, ordered, manager), ordered, manager);
    }

    /** Fills m so that the binariser begins with the initialisation's masks. */
    private MaskRule start(List<MaskTarget> targets, List<NDArray> weights, List<NDArray> values, NDManager manager) {
        Selection selection = Selection.of(torch);
        HeldMasks held = new HeldMasks(torch, holdsMasks() ? values : List.of(), manager);
        Cuts cuts = new Cuts(torch, values, manager);
        for (int i = 0; i < targets.size(); i++) {
            MaskTarget target = targets.get(i);
            FloatBuffer weight = torch.transfer().view(weights.get(i));
            byte[] kept = kept(target, weight);
            int place = i;
            torch.transfer().fill(values.get(i), memory -> cuts.set(place, fill(target, weight, kept, memory)));
            if (holdsMasks()) {
                held.set(i, kept);
            }
        }
        List<String> names = targets.stream().map(MaskTarget::name).toList();
        return switch (settings.getBinariser()) {
            case BINARISER_THRESHOLD ->
                groups.<MaskRule>map(some -> new GroupRule(selection, some, held))
                        .orElseGet(() -> new ThresholdRule(torch, selection, cuts));
            case BINARISER_SIGN -> new SignRule(torch, values, manager);
            case BINARISER_BERNOULLI -> new BernoulliRule(torch, selection, seed, names, groups, held, cuts);
            case BINARISER_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("No binariser " + settings.getBinariser());
        };
    }

    /** Whether the mask itself is kept, not made of m whenever it is needed. */
    private boolean holdsMasks() {
        return groups.isPresent() || settings.getBinariser() == Binariser.BINARISER_BERNOULLI;
    }

    /** Fills m of one tensor. @return the cut that gives its first mask */
    private Cut fill(MaskTarget target, FloatBuffer weights, byte[] kept, FloatBuffer values) {
        int zeros = target.zerosAt(0);
        Cut cut =
                FirstValues.fill(settings.getInitialisation(), weights, kept, zeros, random("values", target), values);
        // Of magnitudes none of which is a zero the threshold is below all numbers, and nothing can be measured from
        // there.
        float threshold = Float.isInfinite(cut.value()) ? 0 : cut.value();
        if (settings.getBinariser() == Binariser.BINARISER_SIGN) {
            FirstValues.aroundZero(values, kept, threshold);
        } else if (settings.getBinariser() == Binariser.BINARISER_BERNOULLI) {
            FirstValues.aroundLogit(values, threshold, zeros);
        }
        return cut;
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
