package org.crvqa.study.plan;

import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.LossOptions;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.UnlabelledPolicy;

/** A loss with every option that it uses, by docs/method.md, section 3, where the experiment says nothing, and with no other. */
final class LossDefaults {
    private LossDefaults() {}

    /** The stage's options come before the experiment's, key by key. */
    static Loss loss(Experiment experiment, Stage stage, LossKind kind, Defaults defaults) {
        LossOptions options = experiment.getLosses().toBuilder()
                .mergeFrom(Selections.settings(experiment, stage).getLosses())
                .build();
        Loss.Builder loss = Loss.newBuilder().setKind(kind);
        return switch (kind) {
            case LOSS_KIND_LMH ->
                loss.setEntropyWeight(
                                options.hasLmhEntropyWeight()
                                        ? options.getLmhEntropyWeight()
                                        : defaults.lmhEntropyWeight())
                        .setTrainMixin(options.getLmhTrainMixin())
                        .build();
            case LOSS_KIND_LPF ->
                loss.setGamma(options.hasLpfGamma() ? options.getLpfGamma() : defaults.lpfGamma())
                        .setUnlabelled(unlabelled(options))
                        .build();
            case LOSS_KIND_RUBI -> loss.setUnlabelled(unlabelled(options)).build();
            case LOSS_KIND_BCE, LOSS_KIND_CE, LOSS_KIND_POE, LOSS_KIND_REWEIGHT, LOSS_KIND_UNSPECIFIED, UNRECOGNIZED ->
                loss.build();
        };
    }

    private static UnlabelledPolicy unlabelled(LossOptions options) {
        return options.getUnlabelled() == UnlabelledPolicy.UNLABELLED_POLICY_UNSPECIFIED
                ? UnlabelledPolicy.UNLABELLED_POLICY_RANDOM_LABEL
                : options.getUnlabelled();
    }
}
