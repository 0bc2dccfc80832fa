package org.crvqa.study.spec;

import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.task.v1.Keep;

/** Whether a part of the training split is held out to choose checkpoints. */
public final class HeldOutUse {
    /** What selections call that part. */
    public static final String NAME = "heldout";

    private HeldOutUse() {}

    /** As soon as one stage that takes place chooses by it. */
    public static boolean by(Experiment experiment) {
        return by(experiment, experiment.getStage1())
                || Methods.trainStage2(experiment) && by(experiment, experiment.getStage2())
                || Methods.trainStage3(experiment) && by(experiment, experiment.getStage3());
    }

    private static boolean by(Experiment experiment, StageSettings settings) {
        if (settings.getKeep() != Keep.KEEP_BEST) {
            return false;
        }
        return settings.hasSelectionSplit()
                ? settings.getSelectionSplit().equals(NAME)
                : experiment.getProtocol() != Protocol.PROTOCOL_PAPER;
    }
}
