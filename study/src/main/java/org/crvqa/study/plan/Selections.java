package org.crvqa.study.plan;

import java.util.Optional;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.HeldOutOptions;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.study.spec.HeldOutUse;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.task.v1.HeldOut;
import org.crvqa.task.v1.Keep;

/** Which split chooses a stage's checkpoint (docs/method.md, section 4). */
final class Selections {
    private final Experiment experiment;
    private final DatasetSummary dataset;
    private final Defaults defaults;

    Selections(Experiment experiment, DatasetSummary dataset, Defaults defaults) {
        this.experiment = experiment;
        this.dataset = dataset;
        this.defaults = defaults;
    }

    /** The settings of a stage. */
    static StageSettings settings(Experiment experiment, Stage stage) {
        return switch (stage) {
            case DENSE -> experiment.getStage1();
            case SUBNETWORK -> experiment.getStage2();
            case PRUNED -> experiment.getStage3();
        };
    }

    /** Empty for a stage that keeps its last state. */
    Optional<String> split(Stage stage) {
        StageSettings settings = settings(experiment, stage);
        if (settings.getKeep() != Keep.KEEP_BEST) {
            return Optional.empty();
        }
        return Optional.of(settings.hasSelectionSplit() ? settings.getSelectionSplit() : byProtocol());
    }

    /** The original chooses on the test split of VQA-CP and on Val of VQA-VS; VQA v2 has only val with answers. */
    private String byProtocol() {
        if (experiment.getProtocol() != Protocol.PROTOCOL_PAPER) {
            return HeldOutUse.NAME;
        }
        DatasetFormat format = dataset.getFormat();
        boolean validation =
                format == DatasetFormat.DATASET_FORMAT_VQA_VS || format == DatasetFormat.DATASET_FORMAT_VQA_V2;
        return validation ? "val" : "test";
    }

    /**
     * What no stage of the experiment trains on. All stages leave it out as soon as one chooses by it: a model that has
     * seen these questions in an earlier stage could not be judged by them.
     */
    Optional<HeldOut> heldOut() {
        if (!HeldOutUse.by(experiment)) {
            return Optional.empty();
        }
        HeldOutOptions options = experiment.getHeldOut();
        return Optional.of(HeldOut.newBuilder()
                .setFraction(options.hasFraction() ? options.getFraction() : defaults.heldOutFraction())
                .setSeed(options.getSeed())
                .build());
    }

    /** Questions that training reads; with a held-out part what is expected of it, since whole images are held out. */
    long trainingQuestions() {
        double kept = 1 - heldOut().map(HeldOut::getFraction).orElse(0.0);
        return Math.round(Inputs.trainingQuestions(dataset) * kept);
    }
}
