package org.crvqa.study.spec;

import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.PrecisionChoice;

/** What precisions must satisfy, those of stages included. */
final class PrecisionRules {
    private PrecisionRules() {}

    static void check(Experiment experiment, Violations violations) {
        known("precision", experiment.getPrecision(), violations);
        known("evaluate_precision", experiment.getEvaluatePrecision(), violations);
        known("stage1.precision", experiment.getStage1().getPrecision(), violations);
        known("stage2.precision", experiment.getStage2().getPrecision(), violations);
        known("stage3.precision", experiment.getStage3().getPrecision(), violations);
        if (experiment.getStage2().hasPrecision() && !Methods.trainStage2(experiment)) {
            violations.invalid(
                    "stage2.precision",
                    "has no effect: no block of subnetworks trains anything in stage 2; remove the key");
        }
        if (experiment.getStage3().hasPrecision() && !Methods.trainStage3(experiment)) {
            violations.invalid(
                    "stage3.precision", "has no effect: no block of subnetworks has stage3_losses; remove the key");
        }
    }

    private static void known(String path, PrecisionChoice choice, Violations violations) {
        if (choice == PrecisionChoice.UNRECOGNIZED) {
            violations.invalid(
                    path, "expected one of " + String.join(", ", EnumNames.allowed(PrecisionChoice.getDescriptor())));
        }
    }
}
