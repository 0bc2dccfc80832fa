package org.crvqa.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.Samples;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.plan.Run;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.experiment.v1.Experiment;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private final Experiment experiment =
            Samples.experiment().toBuilder().addSeeds(2).build();
    private final Plan plan = Samples.plan(experiment);
    private final Map<ArtifactKey, Manifest> manifests = new HashMap<>();

    @Test
    void make_threeSeeds_givesMeanAndSampleDeviation() {
        // Mean 0.5; deviations -0.1, 0, 0.1: sample variance 0.02 / 2.
        score("lmh", 0, 0.4);
        score("lmh", 1, 0.5);
        score("lmh", 2, 0.6);

        ReportCell cell = cell("lmh", "test/all");

        assertThat(cell.getMean()).isCloseTo(0.5, within(1e-12));
        assertThat(cell.getStd()).isCloseTo(0.1, within(1e-12));
        assertThat(cell.getExpectedRuns()).isEqualTo(3);
        assertThat(cell.getRunsList()).extracting("seed").containsExactly(0L, 1L, 2L);
    }

    @Test
    void make_oneOfThreeSeeds_hasMeanButNoDeviationAndIsIncomplete() {
        score("lmh", 1, 0.5);

        assertThat(cell("lmh", "test/all").getMean()).isEqualTo(0.5);
        assertThat(cell("lmh", "test/all").hasStd()).isFalse();
        assertThat(cell("bce", "test/all").hasMean()).isFalse();
        assertThat(cell("bce", "test/all").getExpectedRuns()).isEqualTo(3);
        assertThat(report().getComplete()).isFalse();
    }

    @Test
    void make_allRuns_isComplete() {
        plan.runs().forEach(run -> score(run.cell().name(), run.seeds().stage1(), 0.5));

        assertThat(report().getComplete()).isTrue();
    }

    @Test
    void make_sample_namesRowsAsThePaperDoes() {
        assertThat(report().getRowsList())
                .extracting(ReportRow::getName)
                .containsExactly("bce", "lmh", "lmh-lmh 0.7", "magnitude 0.7 of lmh", "head-only lmh 0.7 of lmh");
    }

    @Test
    void make_subnetworkRow_showsMeasuredZeros() {
        score("magnitude 0.7 of lmh", 0, 0.4);
        score("lmh", 0, 0.4);

        ReportRow row = row("magnitude 0.7 of lmh");
        assertThat(row.getZeros()).isEqualTo(0.701);
        assertThat(row.getSparsity()).isEqualTo(0.7);
        assertThat(row.getMethod()).isEqualTo("magnitude");
        assertThat(row("lmh").hasZeros()).isFalse();
    }

    @Test
    void make_answerTypeThatNoQuestionHas_isNoColumn() {
        assertThat(report().getColumnsList()).contains("iid/number", "test/number");

        score("lmh", 0, 0.4);

        assertThat(report().getColumnsList()).containsExactly("iid/all", "iid/yes/no", "test/all", "test/yes/no");
    }

    @Test
    void make_paperProtocol_saysSo() {
        assertThat(report().getNotes(0)).startsWith("protocol paper");
    }

    private void score(String name, long seed, double score) {
        Run run = plan.runs().stream()
                .filter(candidate -> candidate.cell().name().equals(name)
                        && candidate.seeds().stage1() == seed)
                .findFirst()
                .orElseThrow();
        manifests.put(
                run.evaluation(),
                Manifest.newBuilder()
                        .putMetrics("accuracy/test/all", score)
                        .putMetrics("accuracy/test/yes/no", score)
                        .putMetrics("accuracy/iid/all", score)
                        .putMetrics("accuracy/iid/yes/no", score)
                        .putMetrics("zeros/all", 0.701)
                        .build());
    }

    private Report report() {
        return Reports.make("small-1", experiment, plan, key -> Optional.ofNullable(manifests.get(key)));
    }

    private ReportRow row(String name) {
        return report().getRowsList().stream()
                .filter(row -> row.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private ReportCell cell(String row, String column) {
        return row(row).getCells(report().getColumnsList().indexOf(column));
    }
}
