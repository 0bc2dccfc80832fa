package org.crvqa.study.spec;

import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.PruneMethod;

/** What the methods of stage 2 need. */
public final class Methods {
    private Methods() {}

    /** Whether stage 2 takes optimizer steps, and so needs a loss and a stage's settings. */
    public static boolean trains(PruneMethod method) {
        return switch (method) {
            case PRUNE_METHOD_MASK_TRAINING, PRUNE_METHOD_HEAD_ONLY, PRUNE_METHOD_ITERATIVE_MAGNITUDE -> true;
            case PRUNE_METHOD_MAGNITUDE, PRUNE_METHOD_RANDOM, PRUNE_METHOD_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    /** How a method finds its first mask when a block does not say. */
    public static MaskInitialisation defaultInitialisation(PruneMethod method) {
        return method == PruneMethod.PRUNE_METHOD_RANDOM
                ? MaskInitialisation.MASK_INITIALISATION_UNIFORM
                : MaskInitialisation.MASK_INITIALISATION_MAGNITUDE;
    }

    /** How a block finds its first mask. */
    public static MaskInitialisation initialisation(SubnetworkSearch block) {
        return block.getInitialisation() == MaskInitialisation.MASK_INITIALISATION_UNSPECIFIED
                ? defaultInitialisation(block.getMethod())
                : block.getInitialisation();
    }

    /** Whether stage 2 of a block depends on a seed: data order and dropout of training, or a random mask. */
    public static boolean draws(SubnetworkSearch block) {
        return trains(block.getMethod()) || random(initialisation(block));
    }

    /** Whether a first mask is drawn. */
    public static boolean random(MaskInitialisation initialisation) {
        return switch (initialisation) {
            case MASK_INITIALISATION_UNIFORM, MASK_INITIALISATION_DOUBLE_UNIFORM, MASK_INITIALISATION_RANDOM_UNIFORM ->
                true;
            case MASK_INITIALISATION_MAGNITUDE,
                    MASK_INITIALISATION_MAGNITUDE_SOFT,
                    MASK_INITIALISATION_GLOBAL_MAGNITUDE,
                    MASK_INITIALISATION_UNSPECIFIED,
                    UNRECOGNIZED -> false;
        };
    }

    /** Whether any cell of the matrix trains in stage 2. */
    public static boolean trainStage2(Experiment experiment) {
        return experiment.getSubnetworksList().stream().anyMatch(block -> trains(block.getMethod()));
    }

    /** Whether any cell of the matrix has a stage 3. */
    public static boolean trainStage3(Experiment experiment) {
        return experiment.getSubnetworksList().stream()
                .mapToInt(SubnetworkSearch::getStage3LossesCount)
                .anyMatch(count -> count > 0);
    }
}
