package org.crvqa.cli.masks;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.task.v1.TrainSpec;

/** The rates and options of a mask, in the words that reports use for rows. */
final class MaskWords {
    private MaskWords() {}

    /** "0.7", "0.7/0.6/0.5/0.7", "2:4", and every option that is not the method's default: "0.7 uniform sign". */
    static String rates(PruneSpec prune) {
        MaskSettings mask = prune.getMask();
        List<String> words = new ArrayList<>();
        words.add(
                mask.hasPattern()
                        ? mask.getPattern().getKeep() + ":" + mask.getPattern().getOf()
                        : modalities(prune.getSparsity()));
        prune.getSparsity()
                .getLayersList()
                .forEach(layer -> words.add(layer.getName() + "=" + decimal(layer.getRate())));
        // Results of earlier versions do not say.
        if (mask.getInitialisation() != MaskInitialisation.MASK_INITIALISATION_UNSPECIFIED
                && mask.getInitialisation() != usual(prune.getMethod())) {
            words.add(word(mask.getInitialisation().name(), "MASK_INITIALISATION_"));
        }
        if (mask.getBinariser() == Binariser.BINARISER_SIGN || mask.getBinariser() == Binariser.BINARISER_BERNOULLI) {
            words.add(word(mask.getBinariser().name(), "BINARISER_"));
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
        if (prune.hasIterative()) {
            words.add("rounds=" + prune.getIterative().getRounds());
            if (prune.getIterative().getRewind()) {
                words.add("rewind");
            }
        }
        if (prune.getTraining().hasDistillation()) {
            words.add(
                    "distilled=" + decimal(prune.getTraining().getDistillation().getWeight()));
        }
        return String.join(" ", words);
    }

    /** "", " bfloat16" where all training before the mask was, " bfloat16=stage2" where one stage was: as reports. */
    static String precisions(PruneSpec prune, Optional<TrainSpec> stage1) {
        Map<String, Precision> stages = new LinkedHashMap<>();
        stage1.ifPresent(train -> stages.put("stage1", train.getTraining().getPrecision()));
        if (prune.hasTraining()) {
            stages.put("stage2", prune.getTraining().getPrecision());
        }
        List<String> coarse = stages.keySet().stream()
                .filter(stage -> stages.get(stage) == Precision.PRECISION_BFLOAT16)
                .toList();
        if (coarse.isEmpty()) {
            return "";
        }
        return " bfloat16" + (coarse.size() == stages.size() ? "" : "=" + String.join(",", coarse));
    }

    private static MaskInitialisation usual(PruneMethod method) {
        return method == PruneMethod.PRUNE_METHOD_RANDOM
                ? MaskInitialisation.MASK_INITIALISATION_UNIFORM
                : MaskInitialisation.MASK_INITIALISATION_MAGNITUDE;
    }

    private static String modalities(Sparsity sparsity) {
        List<String> rates = Stream.of(
                        sparsity.getLanguage(), sparsity.getVision(), sparsity.getFusion(), sparsity.getPooler())
                .map(MaskWords::decimal)
                .toList();
        return rates.stream().distinct().count() == 1 ? rates.get(0) : String.join("/", rates);
    }

    private static String schedule(SparsitySchedule schedule) {
        String jumps = schedule.getKind() == SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE
                ? "," + schedule.getStages()
                : "";
        return word(schedule.getKind().name(), "SPARSITY_SCHEDULE_KIND_") + "("
                + decimal(schedule.getInitialSparsity()) + "," + schedule.getStartStep() + "-" + schedule.getEndStep()
                + jumps + ")";
    }

    private static String word(String name, String prefix) {
        return name.replaceFirst("^" + prefix, "").toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String decimal(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }
}
