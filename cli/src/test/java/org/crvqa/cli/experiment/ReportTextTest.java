package org.crvqa.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.junit.jupiter.api.Test;

class ReportTextTest {
    private static final RunScore RUN = RunScore.newBuilder().setScore(0.5).build();

    @Test
    void lines_completeReport_showsMeanAndDeviationInPercent() {
        Report report = Report.newBuilder()
                .setComplete(true)
                .addColumns("iid/all")
                .addColumns("test/all")
                .addRows(ReportRow.newBuilder()
                        .setName("lmh-lmh 0.7")
                        .setZeros(0.7)
                        .addCells(cell(0.654, 0.0621))
                        .addCells(cell(0.5623, 0.005)))
                .addNotes("protocol heldout")
                .build();

        assertThat(ReportText.lines(report, false))
                .containsExactly(
                        "Subnetwork   Zeros %     iid/all    test/all",
                        "lmh-lmh 0.7     70.0  65.4 ± 6.2  56.2 ± 0.5",
                        "",
                        "Accuracy in %, mean ± sample standard deviation over 2 seeds.",
                        "Note: protocol heldout");
    }

    @Test
    void lines_columnsByAnswerType_haveATableOfTheirOwn() {
        Report report = Report.newBuilder()
                .setComplete(true)
                .addColumns("test/all")
                .addColumns("test/number")
                .addRows(ReportRow.newBuilder()
                        .setName("bce")
                        .addCells(cell(0.5, 0.01))
                        .addCells(cell(0.25, 0.02)))
                .build();

        assertThat(ReportText.lines(report, false))
                .startsWith(
                        "Subnetwork  Zeros %    test/all",
                        "bce                  50.0 ± 1.0", "", "Subnetwork  test/number", "bce          25.0 ± 2.0");
    }

    @Test
    void lines_cellsLackRuns_sayHowMany() {
        Report report = Report.newBuilder()
                .addColumns("test/all")
                .addRows(ReportRow.newBuilder()
                        .setName("bce")
                        .addCells(ReportCell.newBuilder()
                                .setMean(0.45)
                                .setExpectedRuns(2)
                                .addRuns(RUN)))
                .addRows(ReportRow.newBuilder()
                        .setName("lmh")
                        .addCells(ReportCell.newBuilder().setExpectedRuns(2)))
                .build();

        assertThat(ReportText.lines(report, false))
                .anyMatch(line -> line.endsWith("45.0 (1/2)"))
                .anyMatch(line -> line.endsWith("– (0/2)"))
                .last()
                .asString()
                .startsWith("Incomplete");
    }

    private static ReportCell.Builder cell(double mean, double std) {
        return ReportCell.newBuilder()
                .setMean(mean)
                .setStd(std)
                .setExpectedRuns(2)
                .addRuns(RUN)
                .addRuns(RUN);
    }
}
