package org.crvqa.study.spec;

import org.crvqa.experiment.v1.LossOptions;
import org.crvqa.task.v1.UnlabelledPolicy;

/** What options of losses must satisfy. */
final class LossRules {
    private LossRules() {}

    static void options(String path, LossOptions options, Violations violations) {
        Range.NOT_NEGATIVE.check(path + ".lmh_entropy_weight", options.getLmhEntropyWeight(), violations);
        Range.NOT_NEGATIVE.check(path + ".lpf_gamma", options.getLpfGamma(), violations);
        if (options.getUnlabelled() == UnlabelledPolicy.UNRECOGNIZED) {
            violations.invalid(
                    path + ".unlabelled",
                    "expected one of " + String.join(", ", EnumNames.allowed(UnlabelledPolicy.getDescriptor())));
        }
    }
}
