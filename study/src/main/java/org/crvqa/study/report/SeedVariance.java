package org.crvqa.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.coordinator.v1.VarianceDecomposition;
import org.crvqa.experiment.v1.StageSeeds;

/**
 * How much of the variance between runs each stage's seed explains, where every seed of a stage meets every seed of the
 * others: crossed random effects, one run per combination, y = μ + a₁ + a₂ + a₃ + e, interactions in e.
 *
 * <p>Method of moments (analysis of variance; Searle, Casella and McCulloch, Variance Components, 1992, chapter 4). With N
 * runs and L levels of an axis: SS = N/L · Σ (level mean − mean)², MS = SS / (L − 1); for the residual SSₑ = Σ (y −
 * mean)² − Σ SS, MSₑ = SSₑ / (N − 1 − Σ (L − 1)). E[MSₑ] = σₑ² and E[MS] = σₑ² + N/L · σ², so σ² is estimated as
 * (MS − MSₑ) / (N/L). A negative estimate counts as 0; the shares are those of what is left and sum to 1. With one axis
 * of several seeds there is no residual, and the axis explains all.
 */
final class SeedVariance {
    /** Accuracies are in [0, 1]: what is smaller is the rounding of equal scores. */
    private static final double NOTHING = 1e-20;

    private final List<RunScore> runs;
    private final double mean;

    private SeedVariance(List<RunScore> runs) {
        this.runs = runs;
        this.mean = mean(runs);
    }

    /**
     * The shares; empty when no axis has two seeds, a combination is missing, or all runs score the same.
     *
     * @param runs all of one cell
     * @param axes a stage without seeds of its own takes those of stage 1 and is no axis
     */
    static Optional<VarianceDecomposition> of(List<RunScore> runs, StageSeeds axes) {
        return runs.isEmpty() ? Optional.empty() : new SeedVariance(runs).decompose(axes);
    }

    private Optional<VarianceDecomposition> decompose(StageSeeds axes) {
        Optional<Axis> stage1 = axis(true, run -> true, RunScore::getSeed);
        Optional<Axis> stage2 = axis(axes.getStage2Count() > 0, RunScore::hasStage2Seed, RunScore::getStage2Seed);
        Optional<Axis> stage3 = axis(axes.getStage3Count() > 0, RunScore::hasStage3Seed, RunScore::getStage3Seed);
        List<Axis> all = new ArrayList<>();
        stage1.ifPresent(all::add);
        stage2.ifPresent(all::add);
        stage3.ifPresent(all::add);
        if (all.isEmpty() || !isGrid(all)) {
            return Optional.empty();
        }
        double squares =
                runs.stream().mapToDouble(run -> square(run.getScore() - mean)).sum();
        double left = squares - all.stream().mapToDouble(Axis::squares).sum();
        long freedom = runs.size()
                - 1
                - all.stream().mapToLong(axis -> axis.levels() - 1).sum();
        double residual = freedom == 0 ? 0 : Math.max(0, left / freedom);
        double total = residual
                + all.stream().mapToDouble(axis -> axis.component(residual)).sum();
        if (total < NOTHING) {
            return Optional.empty();
        }
        VarianceDecomposition.Builder shares = VarianceDecomposition.newBuilder();
        stage1.ifPresent(axis -> shares.setStage1(axis.component(residual) / total));
        stage2.ifPresent(axis -> shares.setStage2(axis.component(residual) / total));
        stage3.ifPresent(axis -> shares.setStage3(axis.component(residual) / total));
        if (freedom > 0) {
            shares.setResidual(residual / total);
        }
        return Optional.of(shares.build());
    }

    /** An axis with at least two seeds. */
    private Optional<Axis> axis(boolean own, Predicate<RunScore> applies, Function<RunScore, Long> seed) {
        if (!own || !runs.stream().allMatch(applies)) {
            return Optional.empty();
        }
        Map<Long, List<RunScore>> levels = runs.stream().collect(Collectors.groupingBy(seed));
        if (levels.size() < 2) {
            return Optional.empty();
        }
        double perLevel = runs.size() / (double) levels.size();
        double squares = levels.values().stream()
                .mapToDouble(level -> perLevel * square(mean(level) - mean))
                .sum();
        return Optional.of(new Axis(seed, levels.size(), perLevel, squares));
    }

    /** Whether every combination of seeds is there once. */
    private boolean isGrid(List<Axis> axes) {
        long combinations = axes.stream().mapToLong(Axis::levels).reduce(1, Math::multiplyExact);
        long distinct = runs.stream()
                .map(run -> axes.stream().map(axis -> axis.seed().apply(run)).toList())
                .distinct()
                .count();
        return combinations == runs.size() && distinct == combinations;
    }

    private static double mean(List<RunScore> runs) {
        return runs.stream().mapToDouble(RunScore::getScore).sum() / runs.size();
    }

    private static double square(double value) {
        return value * value;
    }

    /**
     * A stage with several seeds.
     *
     * @param perLevel runs under each of its seeds, N / L
     * @param squares SS
     */
    private record Axis(Function<RunScore, Long> seed, long levels, double perLevel, double squares) {
        /** σ², at least 0. */
        double component(double residual) {
            return Math.max(0, (squares / (levels - 1) - residual) / perLevel);
        }
    }
}
