package org.crvqa.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.junit.jupiter.api.Test;

class ReadingTest {
    @Test
    void of_sparseWins_saysSoWithNumbers() {
        assertThat(Reading.of(report(0.458, 0.562)))
                .contains("Out of distribution, the debiased subnetwork (lmh-lmh 0.7, with 70.0 % of the masked weights"
                        + " zero) beats the dense undebiased model (bce): 56.2 % (± 1.0) against 45.8 % (± 1.0), a"
                        + " difference of +10.4 points. Training only the answer head on the magnitude mask reaches"
                        + " 50.0 % (± 1.0): trained masks add +6.2 points.");
    }

    @Test
    void of_sparseLoses_saysThatToo() {
        assertThat(Reading.of(report(0.6, 0.55)).orElseThrow())
                .contains("does not beat the dense undebiased model")
                .contains("a difference of −5.0 points");
    }

    @Test
    void of_rowWithoutScore_isEmpty() {
        Report report = Report.newBuilder()
                .addColumns("test/all")
                .addRows(ReportRow.newBuilder().setStage1Loss("bce").addCells(ReportCell.getDefaultInstance()))
                .build();

        assertThat(Reading.of(report)).isEmpty();
    }

    private static Report report(double dense, double sparse) {
        return Report.newBuilder()
                .addColumns("iid/all")
                .addColumns("test/all")
                .addRows(row("bce", dense).setStage1Loss("bce"))
                .addRows(row("lmh", 0.5).setStage1Loss("lmh"))
                .addRows(row("head-only lmh 0.7 of lmh", 0.5)
                        .setStage1Loss("lmh")
                        .setMethod("head_only")
                        .setStage2Loss("lmh"))
                .addRows(row("lmh-lmh 0.7", sparse)
                        .setStage1Loss("lmh")
                        .setMethod("mask_training")
                        .setStage2Loss("lmh")
                        .setZeros(0.7))
                .build();
    }

    private static ReportRow.Builder row(String name, double score) {
        return ReportRow.newBuilder()
                .setName(name)
                .addCells(ReportCell.newBuilder().setMean(0.8))
                .addCells(ReportCell.newBuilder().setMean(score).setStd(0.01));
    }
}
