package org.crvqa.study.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.study.estimate.EstimateFixture.rate;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.spec.Violation;
import org.crvqa.study.spec.Violations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RateChecksTest {
    private static final MeasuredRate GOOD = rate(WorkKind.WORK_KIND_STAGE1, 64, 0.5);

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("work", rate -> rate.setWorkValue(0)),
                mistake("work", rate -> rate.setWorkValue(9)),
                mistake("precision", rate -> rate.setPrecisionValue(9)),
                mistake("model.architecture", rate -> rate.getModelBuilder().setArchitectureValue(0)),
                mistake("model.parameters", rate -> rate.getModelBuilder().setParameters(0)),
                mistake("batch_size", rate -> rate.setBatchSize(0)),
                mistake("seconds_per_step", rate -> rate.setSecondsPerStep(Double.NaN)),
                mistake("seconds_per_step", rate -> rate.setSecondsPerStep(-1)),
                mistake("examples_per_second", rate -> rate.setExamplesPerSecond(Double.POSITIVE_INFINITY)),
                mistake("examples_per_second", rate -> rate.setExamplesPerSecond(0)),
                mistake("answers", rate -> rate.setAnswers(-1)),
                mistake("device", rate -> rate.setDevice(" ")),
                mistake("threads", rate -> rate.setThreads(0)));
    }

    private static Arguments mistake(String field, Consumer<MeasuredRate.Builder> change) {
        return Arguments.of(field, change);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void check_oneMistake_namesRateAndField(String field, Consumer<MeasuredRate.Builder> change) {
        MeasuredRate.Builder rate = GOOD.toBuilder();
        change.accept(rate);

        assertThat(violations(List.of(GOOD, rate.build())))
                .singleElement()
                .satisfies(violation -> assertThat(violation.path()).isEqualTo("rates[1]." + field));
    }

    @Test
    void check_goodRates_findsNothing() {
        assertThat(violations(List.of(GOOD, GOOD))).isEmpty();
    }

    private static List<Violation> violations(List<MeasuredRate> rates) {
        Violations violations = new Violations(Map.of());
        RateChecks.check(rates, violations);
        return violations.list();
    }
}
