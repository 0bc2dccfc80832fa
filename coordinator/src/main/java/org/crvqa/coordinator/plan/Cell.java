package org.crvqa.coordinator.plan;

import java.math.BigDecimal;
import java.util.Optional;
import org.crvqa.coordinator.spec.EnumNames;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.Sparsity;

/**
 * One cell of an experiment's matrix: everything that tells runs apart but the seed.
 *
 * @param model as the experiment calls it
 * @param search empty for a dense model
 * @param stage3Loss empty without a stage 3
 */
public record Cell(String model, LossKind stage1Loss, Optional<Search> search, Optional<LossKind> stage3Loss) {
    /**
     * How a subnetwork is found.
     *
     * @param loss empty for magnitude
     */
    public record Search(PruneMethod method, Optional<LossKind> loss, Sparsity sparsity) {
        /** One rate for all modalities, when it is one. */
        public Optional<Double> uniformSparsity() {
            double rate = sparsity.getLanguage();
            boolean same = rate == sparsity.getVision() && rate == sparsity.getFusion() && rate == sparsity.getPooler();
            return same ? Optional.of(rate) : Optional.empty();
        }

        private String rates() {
            return uniformSparsity()
                    .map(Cell::decimal)
                    .orElseGet(() -> String.join(
                            "/",
                            decimal(sparsity.getLanguage()),
                            decimal(sparsity.getVision()),
                            decimal(sparsity.getFusion()),
                            decimal(sparsity.getPooler())));
        }
    }

    /** "lmh", "lmh-lmh 0.7", "lmh-lmh-bce 0.7", "magnitude 0.7 of lmh", "head-only lmh 0.7 of lmh". */
    public String name() {
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
        String loss = how.loss().map(kind -> " " + EnumNames.of(kind)).orElse("");
        return EnumNames.dashed(how.method()) + loss + " " + how.rates() + " of " + dense
                + (trained.isEmpty() ? "" : ", then " + trained);
    }

    /** "mask-training lmh 0.7 of lmh": the stage-2 task in words. */
    String searchLabel() {
        Search how = search.orElseThrow();
        String loss = how.loss().map(kind -> " " + EnumNames.of(kind)).orElse("");
        return EnumNames.dashed(how.method()) + loss + " " + how.rates() + " of " + EnumNames.of(stage1Loss);
    }

    private static String decimal(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
