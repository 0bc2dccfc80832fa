package org.crvqa.study.plan;

import java.util.stream.DoubleStream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.ModalitySparsity;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.study.sparsity.SparsitySolver;
import org.crvqa.study.spec.Violations;
import org.crvqa.task.v1.Sparsity;

/** Whether the rates of every block fit the parameter counts of every model. */
final class SparsityChecks {
    private final Experiment experiment;
    private final Violations violations;

    SparsityChecks(Experiment experiment, Violations violations) {
        this.experiment = experiment;
        this.violations = violations;
    }

    void check(Inputs.Model model) {
        for (int i = 0; i < experiment.getSubnetworksCount(); i++) {
            SubnetworkSearch block = experiment.getSubnetworks(i);
            for (int j = 0; j < block.getModalitySparsitiesCount(); j++) {
                String path = "subnetworks[" + i + "].modality_sparsities[" + j + "]";
                solve(model, block, block.getModalitySparsities(j), path);
            }
        }
    }

    private void solve(Inputs.Model model, SubnetworkSearch block, ModalitySparsity given, String path) {
        // Rates out of range were refused by name already.
        if (!given.getAllFields().values().stream().allMatch(rate -> (Double) rate >= 0 && (Double) rate < 1)) {
            return;
        }
        try {
            Sparsity rates = SearchDefaults.modalities(
                    SparsitySolver.solve(given, model.summary().getMaskableMap()), block);
            double least = DoubleStream.of(rates.getLanguage(), rates.getVision(), rates.getFusion(), rates.getPooler())
                    .min()
                    .orElseThrow();
            if (block.getSchedule().getInitialSparsity() > least) {
                violations.invalid(path, "has a rate below the schedule's initial_sparsity; the rate can only rise");
            }
        } catch (InvalidInputException e) {
            violations.invalid(path, "for model " + model.name() + ": " + e.getMessage() + ". " + e.advice());
        }
    }
}
