package org.crvqa.study.estimate;

import java.util.List;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.spec.Violations;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.Precision;

/** What measured rates must satisfy before anything is estimated from them. */
public final class RateChecks {
    private static final int MOST = 1000;

    private final String path;
    private final MeasuredRate rate;
    private final Violations violations;

    private RateChecks(String path, MeasuredRate rate, Violations violations) {
        this.path = path;
        this.rate = rate;
        this.violations = violations;
    }

    /** Adds to {@code violations} what is wrong. */
    public static void check(List<MeasuredRate> rates, Violations violations) {
        if (rates.size() > MOST) {
            violations.invalid("rates", "expected at most " + MOST + ", found " + rates.size());
            return;
        }
        for (int i = 0; i < rates.size(); i++) {
            new RateChecks("rates[" + i + "].", rates.get(i), violations).check();
        }
    }

    private void check() {
        require(
                rate.getWork() != WorkKind.WORK_KIND_UNSPECIFIED && rate.getWork() != WorkKind.UNRECOGNIZED,
                "work",
                "a kind of work");
        ModelArchitecture architecture = rate.getModel().getArchitecture();
        require(
                architecture != ModelArchitecture.MODEL_ARCHITECTURE_UNSPECIFIED
                        && architecture != ModelArchitecture.UNRECOGNIZED,
                "model.architecture",
                "an architecture");
        require(rate.getModel().getParameters() > 0, "model.parameters", "a whole number above 0");
        require(rate.getPrecision() != Precision.UNRECOGNIZED, "precision", "float32 or bfloat16");
        require(rate.getBatchSize() > 0, "batch_size", "a whole number above 0");
        require(isPositive(rate.getSecondsPerStep()), "seconds_per_step", "a number above 0");
        require(isPositive(rate.getExamplesPerSecond()), "examples_per_second", "a number above 0");
        require(rate.getAnswers() >= 0, "answers", "a whole number of at least 0");
        require(!rate.getDevice().isBlank(), "device", "the device that was measured, such as cpu or gpu:0");
        require(rate.getThreads() > 0, "threads", "a whole number above 0");
    }

    private void require(boolean condition, String field, String expected) {
        if (!condition) {
            violations.invalid(path + field, "expected " + expected);
        }
    }

    private static boolean isPositive(double value) {
        return value > 0 && Double.isFinite(value);
    }
}
