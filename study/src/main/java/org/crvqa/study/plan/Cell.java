package org.crvqa.study.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.study.spec.Methods;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Distillation;
import org.crvqa.task.v1.IterativePruning;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;

/**
 * One cell of an experiment's matrix: everything that tells runs apart but the seeds.
 *
 * @param model as the experiment calls it
 * @param search empty for a dense model
 * @param stage3Loss empty without a stage 3
 * @param precisions of those parts of the cell that compute
 */
public record Cell(
        String model,
        LossKind stage1Loss,
        Optional<Search> search,
        Optional<LossKind> stage3Loss,
        Precisions precisions) {
    /**
     * How a subnetwork is found.
     *
     * @param loss empty for methods that train nothing
     * @param mask with everything that the method needs, and nothing else
     * @param iterative for iterative magnitude pruning only
     * @param distillation also for stage 3
     */
    public record Search(
            PruneMethod method,
            Optional<LossKind> loss,
            Sparsity sparsity,
            MaskSettings mask,
            Optional<IterativePruning> iterative,
            Optional<Distillation> distillation) {
        /** One rate for all matrices, when it is one. */
        public Optional<Double> uniformSparsity() {
            double rate = sparsity.getLanguage();
            boolean same = rate == sparsity.getVision()
                    && rate == sparsity.getFusion()
                    && rate == sparsity.getPooler()
                    && sparsity.getLayersCount() == 0;
            return same ? Optional.of(rate) : Optional.empty();
        }

        /** Whether a seed has an influence: data order and dropout of training, or a random mask. */
        boolean draws() {
            return loss.isPresent() || Methods.random(mask.getInitialisation());
        }

        /** "0.7", "0.7/0.6/0.5/0.7" or "2:4", and every option that is not the method's default. */
        private String rates() {
            List<String> words = new ArrayList<>();
            words.add(
                    mask.hasPattern()
                            ? mask.getPattern().getKeep() + ":"
                                    + mask.getPattern().getOf()
                            : modalities());
            sparsity.getLayersList().forEach(layer -> words.add(layer.getName() + "=" + decimal(layer.getRate())));
            if (mask.getInitialisation() != Methods.defaultInitialisation(method)) {
                words.add(EnumNames.dashed(mask.getInitialisation()));
            }
            if (mask.getBinariser() == Binariser.BINARISER_SIGN
                    || mask.getBinariser() == Binariser.BINARISER_BERNOULLI) {
                words.add(EnumNames.of(mask.getBinariser()));
            }
            if (mask.hasSchedule()) {
                words.add(schedule(mask.getSchedule()));
            }
            if (mask.getBiases()) {
                words.add("biases");
            }
            if (mask.getHead()) {
                words.add("head");
            }
            if (mask.getAtLeastOneZero()) {
                words.add("at-least-one-zero");
            }
            iterative.ifPresent(rounds -> {
                words.add("rounds=" + rounds.getRounds());
                if (rounds.getRewind()) {
                    words.add("rewind");
                }
            });
            distillation.ifPresent(teacher -> words.add("distilled=" + decimal(teacher.getWeight())));
            return String.join(" ", words);
        }

        private String modalities() {
            double rate = sparsity.getLanguage();
            boolean same = rate == sparsity.getVision() && rate == sparsity.getFusion() && rate == sparsity.getPooler();
            return same
                    ? decimal(rate)
                    : String.join(
                            "/",
                            decimal(sparsity.getLanguage()),
                            decimal(sparsity.getVision()),
                            decimal(sparsity.getFusion()),
                            decimal(sparsity.getPooler()));
        }

        private static String schedule(SparsitySchedule schedule) {
            String jumps = schedule.getKind() == SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE
                    ? "," + schedule.getStages()
                    : "";
            return EnumNames.of(schedule.getKind()) + "(" + decimal(schedule.getInitialSparsity()) + ","
                    + schedule.getStartStep() + "-" + schedule.getEndStep() + jumps + ")";
        }
    }

    /**
     * "lmh", "lmh-lmh 0.7", "lmh-lmh-bce 0.7 sign", "magnitude 0.7 of lmh", "head-only lmh 0.7 of lmh"; what is not
     * computed in float32 stands last: "lmh bfloat16", "lmh-lmh 0.7 bfloat16=stage2,evaluate".
     */
    public String name() {
        return nameInAnyPrecision() + precisions.suffix();
    }

    String nameInAnyPrecision() {
        String dense = EnumNames.of(stage1Loss);
        if (search.isEmpty()) {
            return dense;
        }
        Search how = search.get();
        String trained = stage3Loss.map(EnumNames::of).orElse("");
        if (how.method() == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            String second = how.loss().map(loss -> "-" + EnumNames.of(loss)).orElse("");
            return dense + second + (trained.isEmpty() ? "" : "-" + trained) + " " + how.rates();
        }
        return searchLabel() + (trained.isEmpty() ? "" : ", then " + trained);
    }

    /** "mask-training lmh 0.7 of lmh": the stage-2 task in words, but for its precision. */
    String searchLabel() {
        Search how = search.orElseThrow();
        String loss = how.loss().map(kind -> " " + EnumNames.of(kind)).orElse("");
        return EnumNames.dashed(how.method()) + loss + " " + how.rates() + " of " + EnumNames.of(stage1Loss);
    }

    private static String decimal(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
