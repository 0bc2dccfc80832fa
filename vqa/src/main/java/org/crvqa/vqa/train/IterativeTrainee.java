package org.crvqa.vqa.train;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.crvqa.vqa.mask.GlobalMagnitude;
import org.crvqa.vqa.mask.MagnitudeMask;
import org.crvqa.vqa.mask.MaskTarget;
import org.crvqa.vqa.mask.PrunedGroup;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.mask.ZeroShares;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.TrainedGroup;

/**
 * Iterative magnitude pruning (Han et al. 2015; Frankle and Carbin 2019): everything trains; at the end of each of R
 * equal shares of the steps the smallest weights of what is left are pruned, so that after round r the sparsity is 1 -
 * (1 - rate)^(r / R). Only the state after the last round is a result. The learning rate follows one schedule over all
 * rounds, and the optimizer keeps its moments.
 */
final class IterativeTrainee implements Trainee {
    private final ModelTensors tensors;
    private final List<MaskTarget> targets;
    private final PrunedGroup pruned;
    private final List<TrainedGroup> groups;
    private final Map<String, byte[]> kept;
    private final Rounds rounds;
    private final Consumer<SubnetworkMask> save;
    private int roundsDone;

    /**
     * @param count of rounds, in 1..steps
     * @param steps of all rounds together
     * @param global whether one threshold holds over all tensors
     * @param lastRoundDone puts tensors into the state of the result, before pruned weights are set to 0 again
     */
    record Rounds(int count, int steps, boolean global, Runnable lastRoundDone) {
        boolean endsAt(int round, int stepsDone) {
            return stepsDone == (long) steps * round / count;
        }

        /** The last round's is exactly the target's rate, whatever the power rounds to. */
        double rate(double target, int round) {
            return round == count ? target : 1 - StrictMath.pow(1 - target, round / (double) count);
        }
    }

    /**
     * @param kept for every target a mask that keeps all, which is replaced here, not changed
     * @param pruned those of the targets that are trained
     * @param others everything else that is trained
     */
    IterativeTrainee(
            ModelTensors tensors,
            List<MaskTarget> targets,
            Map<String, byte[]> kept,
            PrunedGroup pruned,
            TrainedGroup others,
            Rounds rounds,
            Consumer<SubnetworkMask> save) {
        this.tensors = tensors;
        this.targets = targets;
        this.kept = new LinkedHashMap<>(kept);
        this.pruned = pruned;
        this.groups = List.of(pruned, others);
        this.rounds = rounds;
        this.save = save;
    }

    @Override
    public List<TrainedGroup> groups() {
        return groups;
    }

    @Override
    public Weights weights() {
        return tensors;
    }

    @Override
    public void stepDone(int stepsDone) {
        if (roundsDone == rounds.count() || !rounds.endsAt(roundsDone + 1, stepsDone)) {
            return;
        }
        roundsDone++;
        choose();
        if (roundsDone == rounds.count()) {
            rounds.lastRoundDone().run();
        }
        apply();
    }

    /** Sets pruned weights to 0, of trained tensors from now on. */
    private void apply() {
        pruned.keep(kept);
        Set<String> trained = Set.copyOf(pruned.names());
        kept.forEach((name, mask) -> {
            if (!trained.contains(name)) {
                tensors.prune(name, mask);
            }
        });
    }

    @Override
    public Map<String, Double> zeros(ModelConfig config) {
        ZeroShares shares = new ZeroShares(config);
        kept.forEach((name, mask) -> shares.add(name, mask));
        return shares.metrics();
    }

    @Override
    public void state(StateFields fields) {
        Trainee.super.state(fields);
        roundsDone = (int) fields.number("rounds:done", roundsDone);
        kept.forEach((name, mask) -> fields.bytes(name + ":kept", mask));
        if (fields.restores()) {
            // Also tensors that are pruned but not trained: a pruned weight stays pruned, so the last masks say it all.
            apply();
        }
    }

    @Override
    public void settle() {
        // Pruned weights are 0 at any time.
    }

    @Override
    public boolean selectable() {
        return roundsDone == rounds.count();
    }

    @Override
    public void save() {
        save.accept(new SubnetworkMask(kept));
    }

    private void choose() {
        List<MaskTarget> now = targets.stream()
                .map(target -> target.withRate(rounds.rate(target.rate(), roundsDone)))
                .toList();
        if (rounds.global()) {
            now = GlobalMagnitude.share(now, this::scores);
        }
        for (MaskTarget target : now) {
            kept.put(target.name(), MagnitudeMask.dropping(scores(target.name()), target.zerosAt(0)));
        }
    }

    /** What is pruned by: the weights, but where a weight that is left is 0 itself, it comes after the pruned ones. */
    private FloatBuffer scores(String name) {
        FloatBuffer weights = tensors.values(name);
        byte[] mask = kept.get(name);
        FloatBuffer scores = weights;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == 1 && weights.get(i) == 0) {
                if (scores == weights) {
                    scores = FloatBuffer.allocate(mask.length)
                            .put(weights.duplicate())
                            .clear();
                }
                scores.put(i, Float.MIN_VALUE);
            }
        }
        return scores;
    }
}
