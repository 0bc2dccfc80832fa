package org.crvqa.cli.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crvqa.cli.experiment.MissingText;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.study.statistics.McNemar;

/** A report as comma-separated values (RFC 4180): a line for each row, accuracies as fractions with all their digits. */
public final class CsvReport {
    private final UnitedReport report;
    private final Findings findings;

    private CsvReport(UnitedReport report, Findings findings) {
        this.report = report;
        this.findings = findings;
    }

    /** The text to print, without the last line's end. */
    public static String of(UnitedReport report, Findings findings) {
        return new CsvReport(report, findings).text().stripTrailing();
    }

    private String text() {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            csv.writeRecord(header());
            for (int row = 0; row < report.report().getRowsCount(); row++) {
                csv.writeRecord(line(row));
            }
        } catch (IOException e) {
            throw new AssertionError("A string can be written to", e);
        }
        return text.toString();
    }

    private List<String> header() {
        List<String> header = new ArrayList<>(List.of(
                "experiment",
                "dataset",
                "model",
                "row",
                "stage1_loss",
                "method",
                "stage2_loss",
                "sparsity",
                "stage3_loss",
                "zeros",
                "missing"));
        for (String column : report.report().getColumnsList()) {
            for (String part : List.of("mean", "std", "n", "min", "max", "questions")) {
                header.add(column + " " + part);
            }
            if (hasInterval(column)) {
                header.add(column + " low");
                header.add(column + " high");
            }
            if (hasDifference(column)) {
                for (String part : List.of(
                        "difference",
                        "difference low",
                        "difference high",
                        "p bootstrap",
                        "p bootstrap holm",
                        "right wrong",
                        "wrong right",
                        "p mcnemar",
                        "p mcnemar holm",
                        "seeds")) {
                    header.add(column + " " + part);
                }
            }
            if (isPublished(column)) {
                for (String part : List.of("published mean", "published std", "published n", "published difference")) {
                    header.add(column + " " + part);
                }
                header.add(column + " within both");
            }
        }
        return header;
    }

    private boolean hasInterval(String column) {
        return findings.intervals().keySet().stream()
                .anyMatch(place -> place.column().equals(column));
    }

    private boolean hasDifference(String column) {
        return findings.differences().stream()
                .anyMatch(each -> each.place().column().equals(column));
    }

    private boolean isPublished(String column) {
        return findings.published().stream()
                .anyMatch(each -> each.place().column().equals(column));
    }

    private List<String> line(int row) {
        ReportRow of = report.report().getRows(row);
        List<String> line = new ArrayList<>(List.of(
                report.part(row).getExperimentId(),
                report.part(row).getDataset(),
                of.getModel(),
                of.getName(),
                of.getStage1Loss(),
                of.getMethod(),
                of.getStage2Loss(),
                of.hasSparsity() ? number(of.getSparsity()) : "",
                of.getStage3Loss(),
                of.hasZeros() ? number(of.getZeros()) : "",
                String.join(
                        "; ",
                        of.getMissingList().stream()
                                .map(why -> why.getRuns() + " " + MissingText.reason(why))
                                .toList())));
        for (String column : report.report().getColumnsList()) {
            cell(line, row, column);
            if (hasInterval(column)) {
                add(line, findings.interval(row, column).map(interval -> interval.low()));
                add(line, findings.interval(row, column).map(interval -> interval.high()));
            }
            if (hasDifference(column)) {
                difference(line, findings.difference(row, column));
            }
            if (isPublished(column)) {
                published(line, findings.published(row, column));
            }
        }
        return line;
    }

    private void cell(List<String> line, int row, String column) {
        ReportCell cell = Numbers.cell(report, row, column);
        line.add(cell.hasMean() ? number(cell.getMean()) : "");
        line.add(cell.hasStd() ? number(cell.getStd()) : "");
        line.add(cell.getExpectedRuns() == 0 ? "" : String.valueOf(Numbers.scored(cell)));
        List<Double> scores =
                cell.getRunsList().stream().map(RunScore::getScore).sorted().toList();
        add(line, scores.stream().findFirst());
        add(line, scores.stream().reduce((a, b) -> b));
        long questions = cell.getExpectedRuns() == 0 ? 0 : report.questions(row, column);
        line.add(questions == 0 ? "" : String.valueOf(questions));
    }

    private static void difference(List<String> line, Optional<Difference> found) {
        add(line, found.map(each -> each.estimate().value()));
        add(line, found.map(each -> each.estimate().low()));
        add(line, found.map(each -> each.estimate().high()));
        add(line, found.map(each -> each.estimate().p()));
        add(line, found.map(Difference::adjustedP));
        Optional<McNemar> test = found.flatMap(Difference::mcNemar);
        line.add(test.map(McNemar::gained).map(String::valueOf).orElse(""));
        line.add(test.map(McNemar::lost).map(String::valueOf).orElse(""));
        add(line, test.map(McNemar::p));
        add(line, test.isEmpty() ? Optional.empty() : found.map(Difference::adjustedMcNemar));
        line.add(found.map(Difference::seeds).map(String::valueOf).orElse(""));
    }

    private static void published(List<String> line, Optional<Published> found) {
        add(line, found.map(Published::mean));
        line.add(found.filter(each -> each.std().isPresent())
                .map(each -> number(each.std().getAsDouble()))
                .orElse(""));
        line.add(found.filter(each -> each.n().isPresent())
                .map(each -> String.valueOf(each.n().getAsInt()))
                .orElse(""));
        line.add(found.filter(each -> each.difference().isPresent())
                .map(each -> number(each.difference().getAsDouble()))
                .orElse(""));
        line.add(found.flatMap(Published::within).map(String::valueOf).orElse(""));
    }

    private static void add(List<String> line, Optional<Double> number) {
        line.add(number.map(CsvReport::number).orElse(""));
    }

    private static String number(double value) {
        return Double.toString(value);
    }
}
