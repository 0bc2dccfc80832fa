package org.crvqa.study.spec;

import java.util.List;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.PruneMethod;

/** What one block of the matrix must satisfy. */
final class SubnetworkRules {
    private final Experiment experiment;
    private final SubnetworkSearch search;
    private final String path;
    private final Violations violations;

    private SubnetworkRules(Experiment experiment, int index, Violations violations) {
        this.experiment = experiment;
        this.search = experiment.getSubnetworks(index);
        this.path = "subnetworks[" + index + "].";
        this.violations = violations;
    }

    static void check(Experiment experiment, Violations violations) {
        for (int i = 0; i < experiment.getSubnetworksCount(); i++) {
            new SubnetworkRules(experiment, i, violations).check();
        }
    }

    private void check() {
        losses("stage1_losses", search.getStage1LossesList());
        losses("losses", search.getLossesList());
        losses("stage3_losses", search.getStage3LossesList());
        for (int i = 0; i < search.getStage1LossesCount(); i++) {
            LossKind loss = search.getStage1Losses(i);
            if (!experiment.getStage1LossesList().contains(loss) && loss != LossKind.UNRECOGNIZED) {
                violations.invalid(
                        path + "stage1_losses[" + i + "]",
                        "no dense model is trained with " + EnumNames.of(loss)
                                + "; add it to the experiment's stage1_losses or remove it here");
            }
        }
        method();
        SparsityRules.check(search, path, violations);
        MaskRules.check(search, path, violations);
        distillation();
    }

    private void method() {
        PruneMethod method = search.getMethod();
        if (method == PruneMethod.PRUNE_METHOD_UNSPECIFIED || method == PruneMethod.UNRECOGNIZED) {
            violations.invalid(
                    path + "method",
                    "expected one of " + String.join(", ", EnumNames.allowed(PruneMethod.getDescriptor())));
        } else if (!Methods.trains(method) && search.getLossesCount() > 0) {
            violations.invalid(
                    path + "losses", EnumNames.of(method) + " trains nothing and takes no losses; remove the key");
        } else if (Methods.trains(method) && search.getLossesCount() == 0) {
            violations.invalid(path + "losses", EnumNames.of(method) + " needs at least one loss, such as [lmh]");
        }
    }

    private void distillation() {
        if (!search.hasDistillation()) {
            return;
        }
        Range.POSITIVE.check(
                path + "distillation.weight", search.getDistillation().getWeight(), violations);
        if (!Methods.trains(search.getMethod()) && search.getStage3LossesCount() == 0) {
            violations.invalid(
                    path + "distillation",
                    "has no effect: neither stage 2 nor a stage 3 of this block trains; remove it or add stage3_losses");
        }
    }

    private void losses(String key, List<LossKind> losses) {
        ExperimentRules.known(path + key, losses, violations);
        ExperimentRules.noDuplicates(path + key, losses, violations);
    }
}
