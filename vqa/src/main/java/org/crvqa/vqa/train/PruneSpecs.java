package org.crvqa.vqa.train;

import static org.crvqa.vqa.train.TaskSpecs.rate;
import static org.crvqa.vqa.train.TaskSpecs.require;

import java.util.List;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.LayerSparsity;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.NmPattern;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.vqa.mask.LayerRates;
import org.crvqa.vqa.mask.SparsityRamp;

/** Checks of what stage 2 is told, as far as they need no model. */
final class PruneSpecs {
    private PruneSpecs() {}

    /** Whether a method takes optimizer steps. */
    static boolean trains(PruneMethod method) {
        return switch (method) {
            case PRUNE_METHOD_MASK_TRAINING, PRUNE_METHOD_HEAD_ONLY, PRUNE_METHOD_ITERATIVE_MAGNITUDE -> true;
            case PRUNE_METHOD_MAGNITUDE, PRUNE_METHOD_RANDOM, PRUNE_METHOD_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    static void validate(PruneSpec spec) {
        require(
                spec.getMethod() != PruneMethod.PRUNE_METHOD_UNSPECIFIED
                        && spec.getMethod() != PruneMethod.UNRECOGNIZED,
                "method",
                spec.getMethod(),
                "a prune method");
        sparsity(spec.getSparsity());
        if (trains(spec.getMethod())) {
            require(spec.hasTraining(), "training", "missing", "training settings");
            TrainingSpecs.validate(spec.getTraining());
        } else {
            require(!spec.hasTraining(), "training", "set", "none: this method trains nothing");
        }
        initialisation(spec);
        if (spec.getMethod() == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            maskTraining(spec);
        } else {
            notMaskTraining(spec.getMask());
        }
        if (spec.getMask().hasPattern()) {
            pattern(spec.getMask());
        }
        iterative(spec);
    }

    private static void sparsity(Sparsity sparsity) {
        rate("sparsity.language", sparsity.getLanguage());
        rate("sparsity.vision", sparsity.getVision());
        rate("sparsity.fusion", sparsity.getFusion());
        rate("sparsity.pooler", sparsity.getPooler());
        for (LayerSparsity layer : sparsity.getLayersList()) {
            require(!layer.getName().isEmpty(), "sparsity.layers.name", "empty", "the name of a module");
            rate("sparsity.layers." + layer.getName(), layer.getRate());
        }
        LayerRates.checkApart(sparsity.getLayersList());
    }

    private static void initialisation(PruneSpec spec) {
        require(spec.hasMask(), "mask", "missing", "mask settings");
        MaskInitialisation found = spec.getMask().getInitialisation();
        require(
                found != MaskInitialisation.MASK_INITIALISATION_UNSPECIFIED && found != MaskInitialisation.UNRECOGNIZED,
                "mask.initialisation",
                found,
                "an initialisation");
        switch (spec.getMethod()) {
            case PRUNE_METHOD_RANDOM -> oneOf(spec, found, List.of(MaskInitialisation.MASK_INITIALISATION_UNIFORM));
            // Which weights go is all that these take from an initialisation, and they go by magnitude.
            case PRUNE_METHOD_MAGNITUDE, PRUNE_METHOD_HEAD_ONLY, PRUNE_METHOD_ITERATIVE_MAGNITUDE ->
                oneOf(
                        spec,
                        found,
                        List.of(
                                MaskInitialisation.MASK_INITIALISATION_MAGNITUDE,
                                MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE));
            case PRUNE_METHOD_MASK_TRAINING, PRUNE_METHOD_UNSPECIFIED, UNRECOGNIZED -> {
                // Trained masks start in any way.
            }
        }
    }

    private static void oneOf(PruneSpec spec, MaskInitialisation found, List<MaskInitialisation> allowed) {
        require(
                allowed.contains(found),
                "mask.initialisation",
                found,
                String.join(" or ", allowed.stream().map(Enum::name).toList()) + " for " + spec.getMethod());
    }

    private static void maskTraining(PruneSpec spec) {
        require(
                spec.getThresholdEverySteps() >= 1,
                "threshold_every_steps",
                spec.getThresholdEverySteps(),
                "at least 1");
        Binariser binariser = spec.getMask().getBinariser();
        require(
                binariser != Binariser.BINARISER_UNSPECIFIED && binariser != Binariser.UNRECOGNIZED,
                "mask.binariser",
                binariser,
                "a binariser");
        SparsitySchedule schedule = spec.getMask().getSchedule();
        if (!spec.getMask().hasSchedule()) {
            return;
        }
        require(
                schedule.getKind() == SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_CONSTANT
                        || SparsityRamp.rises(schedule),
                "mask.schedule.kind",
                schedule.getKind(),
                "a kind of schedule");
        if (SparsityRamp.rises(schedule)) {
            rising(spec, schedule);
        }
    }

    private static void rising(PruneSpec spec, SparsitySchedule schedule) {
        rate("mask.schedule.initial_sparsity", schedule.getInitialSparsity());
        int steps = spec.getTraining().getSteps();
        require(
                schedule.getStartStep() >= 0 && schedule.getStartStep() < schedule.getEndStep(),
                "mask.schedule.start_step",
                schedule.getStartStep(),
                "a number in 0..end_step - 1 (end_step is " + schedule.getEndStep() + ")");
        require(
                schedule.getEndStep() <= steps,
                "mask.schedule.end_step",
                schedule.getEndStep(),
                "at most the steps of training (" + steps + ")");
        if (schedule.getKind() == SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE) {
            require(schedule.getStages() >= 1, "mask.schedule.stages", schedule.getStages(), "at least 1");
        }
        require(
                spec.getMask().getBinariser() != Binariser.BINARISER_SIGN,
                "mask.schedule.kind",
                schedule.getKind(),
                "SPARSITY_SCHEDULE_KIND_CONSTANT for BINARISER_SIGN, whose sparsity is not controlled");
        require(
                spec.getMask().getInitialisation() != MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE,
                "mask.schedule.kind",
                schedule.getKind(),
                "SPARSITY_SCHEDULE_KIND_CONSTANT for MASK_INITIALISATION_GLOBAL_MAGNITUDE, which fixes each matrix's"
                        + " count at the start");
    }

    private static void notMaskTraining(MaskSettings mask) {
        require(
                mask.getBinariser() == Binariser.BINARISER_UNSPECIFIED,
                "mask.binariser",
                mask.getBinariser(),
                "none: only PRUNE_METHOD_MASK_TRAINING has one");
        require(!mask.hasSchedule(), "mask.schedule", "set", "none: only PRUNE_METHOD_MASK_TRAINING has one");
    }

    private static void pattern(MaskSettings mask) {
        NmPattern pattern = mask.getPattern();
        String found = pattern.getKeep() + ":" + pattern.getOf();
        require(pattern.getKeep() >= 1 && pattern.getKeep() < pattern.getOf(), "mask.pattern", found, "1 <= keep < of");
        require(
                !mask.getBiases(),
                "mask.biases",
                true,
                "false with a pattern: a bias has no neighbours along an input");
        MaskInitialisation initialisation = mask.getInitialisation();
        require(
                initialisation != MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE
                        && initialisation != MaskInitialisation.MASK_INITIALISATION_RANDOM_UNIFORM,
                "mask.initialisation",
                initialisation,
                "one that fills every group alike, since there is a pattern");
        require(
                mask.getBinariser() != Binariser.BINARISER_SIGN,
                "mask.binariser",
                mask.getBinariser(),
                "one that controls the sparsity, since there is a pattern");
        require(
                !SparsityRamp.rises(mask.getSchedule()),
                "mask.schedule.kind",
                mask.getSchedule().getKind(),
                "SPARSITY_SCHEDULE_KIND_CONSTANT: a pattern has one rate");
    }

    private static void iterative(PruneSpec spec) {
        if (spec.getMethod() != PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE) {
            require(!spec.hasIterative(), "iterative", "set", "none: only PRUNE_METHOD_ITERATIVE_MAGNITUDE has rounds");
            return;
        }
        int rounds = spec.getIterative().getRounds();
        int steps = spec.getTraining().getSteps();
        require(
                rounds >= 1 && rounds <= steps,
                "iterative.rounds",
                rounds,
                "a number in 1..steps (" + steps + "): every round trains");
        require(
                !spec.getMask().hasPattern(),
                "mask.pattern",
                "set",
                "none: rounds raise the sparsity little by little");
    }
}
