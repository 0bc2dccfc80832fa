package org.crvqa.coordinator.spec;

import java.util.List;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.ModalitySparsity;
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
        sparsities();
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

    private void sparsities() {
        if (search.getSparsitiesCount() + search.getModalitySparsitiesCount() == 0) {
            violations.invalid(path + "sparsities", "expected at least one, such as [0.7] (70 % zeros)");
        }
        ExperimentRules.noDuplicates(path + "sparsities", search.getSparsitiesList(), violations);
        for (int i = 0; i < search.getSparsitiesCount(); i++) {
            Range.FRACTION.check(path + "sparsities[" + i + "]", search.getSparsities(i), violations);
        }
        ExperimentRules.noDuplicates(path + "modality_sparsities", search.getModalitySparsitiesList(), violations);
        for (int i = 0; i < search.getModalitySparsitiesCount(); i++) {
            String at = path + "modality_sparsities[" + i + "].";
            ModalitySparsity rates = search.getModalitySparsities(i);
            Range.FRACTION.check(at + "language", rates.getLanguage(), violations);
            Range.FRACTION.check(at + "vision", rates.getVision(), violations);
            Range.FRACTION.check(at + "fusion", rates.getFusion(), violations);
            Range.FRACTION.check(at + "pooler", rates.getPooler(), violations);
        }
    }

    private void losses(String key, List<LossKind> losses) {
        ExperimentRules.known(path + key, losses, violations);
        ExperimentRules.noDuplicates(path + key, losses, violations);
    }
}
