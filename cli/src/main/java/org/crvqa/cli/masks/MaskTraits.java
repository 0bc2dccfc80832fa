package org.crvqa.cli.masks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.TrainSpec;

/** What decides a mask, in words. */
final class MaskTraits {
    private static final String MODEL = "model";
    private static final String DATASET = "dataset";
    private static final String STAGE1_LOSS = "stage-1 loss";
    private static final String STAGE1_SETTINGS = "stage-1 settings";
    private static final String STAGE1_SEED = "seed of stage 1";
    private static final String STAGE1 = "stage-1 checkpoint";
    private static final String METHOD = "method";
    private static final String SPARSITY = "sparsity";
    private static final String STAGE2_LOSS = "stage-2 loss";
    private static final String MASK_SETTINGS = "mask settings";
    private static final String STAGE2_SETTINGS = "stage-2 settings";
    private static final String STAGE2_SEED = "seed of stage 2";
    private static final String SEED = "seed";

    /** In the order in which differences are named. */
    private static final List<String> ORDER = List.of(
            MODEL,
            DATASET,
            METHOD,
            SPARSITY,
            STAGE1_LOSS,
            STAGE2_LOSS,
            STAGE1_SETTINGS,
            MASK_SETTINGS,
            STAGE2_SETTINGS,
            STAGE1,
            SEED,
            STAGE1_SEED,
            STAGE2_SEED);

    /** Of course different where the method is. */
    private static final List<String> PARTS_OF_METHOD =
            List.of(STAGE2_LOSS, MASK_SETTINGS, STAGE2_SETTINGS, STAGE2_SEED);

    private MaskTraits() {}

    static Map<String, String> of(PruneSpec prune, Optional<TrainSpec> stage1) {
        Map<String, String> traits = new LinkedHashMap<>();
        traits.put(DATASET, prune.getDatasetKey());
        traits.put(METHOD, prune.getMethod().name());
        traits.put(SPARSITY, CanonicalJson.of(prune.getSparsity()));
        traits.put(STAGE2_LOSS, CanonicalJson.of(prune.getTraining().getLoss()));
        traits.put(
                MASK_SETTINGS,
                CanonicalJson.of(prune.getMask())
                        + prune.getThresholdEverySteps()
                        + CanonicalJson.of(prune.getIterative()));
        traits.put(
                STAGE2_SETTINGS,
                CanonicalJson.of(prune.getTraining().toBuilder().clearLoss().build()));
        if (prune.hasTraining() || prune.getSeed() != 0) {
            traits.put(STAGE2_SEED, Long.toUnsignedString(prune.getSeed()));
        }
        if (stage1.isEmpty()) {
            traits.put(STAGE1, prune.getStage1Key());
            return traits;
        }
        TrainSpec train = stage1.get();
        traits.put(MODEL, train.getModelKey() + train.getWeights());
        traits.put(STAGE1_LOSS, CanonicalJson.of(train.getTraining().getLoss()));
        traits.put(
                STAGE1_SETTINGS,
                CanonicalJson.of(train.getTraining().toBuilder().clearLoss().build()));
        traits.put(STAGE1_SEED, Long.toUnsignedString(train.getSeed()));
        return traits;
    }

    /** In what two runs differ; empty when they are the same. A seed that differs in every stage is named once. */
    static List<String> differences(Map<String, String> first, Map<String, String> second) {
        List<String> different = new ArrayList<>();
        for (String trait : ORDER) {
            boolean same = Optional.ofNullable(first.get(trait)).equals(Optional.ofNullable(second.get(trait)));
            if (!same) {
                different.add(trait);
            }
        }
        if (different.contains(METHOD)) {
            different.removeAll(PARTS_OF_METHOD);
        }
        boolean searchSeeded = first.containsKey(STAGE2_SEED) && second.containsKey(STAGE2_SEED);
        boolean everySeed = different.contains(STAGE2_SEED) || !searchSeeded || different.contains(METHOD);
        if (different.contains(STAGE1_SEED) && everySeed) {
            different.removeAll(List.of(STAGE1_SEED, STAGE2_SEED));
            different.add(SEED);
        }
        return different;
    }

    /** "lmh-lmh 0.7, seed 0", "magnitude 0.7 of lmh, seed 0", "head-only lmh 0.7 of lmh, seeds 42/1". */
    static String label(PruneSpec prune, Optional<TrainSpec> stage1) {
        String dense = stage1.map(train -> words(train.getTraining().getLoss()))
                .orElseGet(() -> prune.getStage1Key().substring(0, 12));
        String loss = prune.getTraining().hasLoss() ? words(prune.getTraining().getLoss()) : "";
        String rates = MaskWords.rates(prune);
        String name = prune.getMethod() == PruneMethod.PRUNE_METHOD_MASK_TRAINING
                ? dense + "-" + loss + " " + rates
                : words(prune.getMethod()).replace(' ', '-') + (loss.isEmpty() ? "" : " " + loss) + " " + rates + " of "
                        + dense;
        return name + MaskWords.precisions(prune, stage1) + ", " + seeds(prune, stage1);
    }

    private static String seeds(PruneSpec prune, Optional<TrainSpec> stage1) {
        List<String> seeds = Stream.concat(
                        stage1.map(TrainSpec::getSeed).stream(),
                        prune.hasTraining() || prune.getSeed() != 0 ? Stream.of(prune.getSeed()) : Stream.empty())
                .distinct()
                .map(Long::toUnsignedString)
                .toList();
        return (seeds.size() == 1 ? "seed " : "seeds ") + String.join("/", seeds);
    }

    private static String words(Loss loss) {
        return loss.getKind() == LossKind.LOSS_KIND_UNSPECIFIED
                ? "?"
                : loss.getKind().name().substring("LOSS_KIND_".length()).toLowerCase(Locale.ROOT);
    }

    /** "mask training". */
    static String words(PruneMethod method) {
        return method.name()
                .replaceFirst("^PRUNE_METHOD_", "")
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ');
    }
}
