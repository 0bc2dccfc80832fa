package org.crvqa.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.coordinator.v1.SubsetFamily;
import org.crvqa.coordinator.v1.VarianceDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

        assertThat(ReportText.lines(report, false, 100))
                .containsExactly(
                        "Subnetwork   Zeros %     iid/all    test/all",
                        "lmh-lmh 0.7     70.0  65.4 ± 6.2  56.2 ± 0.5",
                        "",
                        "Accuracy in %, mean ± sample standard deviation over 2 seeds.",
                        "Note: protocol heldout");
    }

    @Test
    void lines_rowsWithOtherNumbersOfRuns_sayFromWhichToWhich() {
        Report report = Report.newBuilder()
                .setComplete(true)
                .addColumns("test/all")
                .addRows(ReportRow.newBuilder()
                        .setName("bce")
                        .addCells(ReportCell.newBuilder().setExpectedRuns(2)))
                .addRows(ReportRow.newBuilder()
                        .setName("bce-lmh 0.7")
                        .addCells(ReportCell.newBuilder().setExpectedRuns(4)))
                .build();

        assertThat(ReportText.lines(report, false, 100))
                .anyMatch(line -> line.endsWith("over the runs of all seeds, 2 to 4 in a row."));
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

        assertThat(ReportText.lines(report, false, 100))
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

        assertThat(ReportText.lines(report, false, 100))
                .anyMatch(line -> line.endsWith("45.0 (1/2)"))
                .anyMatch(line -> line.endsWith("– (0/2)"))
                .last()
                .asString()
                .startsWith("Incomplete");
    }

    @Test
    void lines_vqaVs_fitATerminal() {
        Report report = vqaVs();

        List<String> lines = ReportText.lines(report, false, 100);

        assertThat(lines.stream().takeWhile(line -> !line.startsWith("Accuracy")))
                .allMatch(line -> line.length() <= 100);
        assertThat(lines.get(0))
                .isEqualTo("Subnetwork   Zeros %  iid-test/all    language      visual  cross-modal         ood");
        assertThat(lines).anyMatch(line -> line.matches("Subnetwork +qt +kw +kwp +qt-kw +ko +kop +qt-ko"));
        assertThat(lines).anyMatch(line -> line.matches("Subnetwork +kw-ko +qt-kw-ko"));
        assertThat(lines).anyMatch(line -> line.matches("Variance between +Score +Stage 1 % +Stage 2 % +Rest %"));
        assertThat(lines).anyMatch(line -> line.matches("lmh-lmh 0.7 +ood +36.5 +26.5 +37.0"));
        assertThat(lines)
                .anyMatch(line -> line.matches("Zeros in % by modality +language +fusion +parameters kept"))
                .anyMatch(line -> line.matches("lmh-lmh 0.7 +70.0 +71.0 +61,234,567"))
                .contains("Upper bound by the candidate answers: iid-test 92.5.")
                .anyMatch(line -> line.matches("iid-test/how many +50.0 ± 1.0"));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 45, 60, 80, 100, 160, 400})
    void lines_anyWidth_keepEveryNumberAndUseWhatThereIs(int width) {
        List<String> tables = tables(width);

        // What the widest first columns and one of numbers take: no number is cut.
        assertThat(tables).allMatch(line -> line.length() <= Math.max(width, 45));
        assertThat(numbers(tables)).isEqualTo(numbers(tables(400)));
        // The widest table has 118 characters.
        assertThat(tables.size() > tables(400).size()).isEqualTo(width < 118);
    }

    private static List<String> tables(int width) {
        return ReportText.lines(vqaVs(), false, width).stream()
                .takeWhile(line -> !line.startsWith("Accuracy"))
                .toList();
    }

    private static Map<String, Long> numbers(List<String> lines) {
        return lines.stream()
                .flatMap(line ->
                        Pattern.compile("[0-9.,]+ ± [0-9.]+").matcher(line).results())
                .collect(Collectors.groupingBy(MatchResult::group, Collectors.counting()));
    }

    private static Report vqaVs() {
        List<String> sets = List.of("qt", "kw", "kwp", "qt-kw", "ko", "kop", "qt-ko", "kw-ko", "qt-kw-ko");
        Report.Builder report = Report.newBuilder()
                .setComplete(true)
                .addColumns("iid-test/all")
                .addColumns("iid-test/upper_bound")
                .addFamilies(SubsetFamily.newBuilder().setName("language").addAllSubsets(sets.subList(0, 4)))
                .addFamilies(SubsetFamily.newBuilder().setName("visual").addAllSubsets(sets.subList(4, 6)))
                .addFamilies(SubsetFamily.newBuilder().setName("cross-modal").addAllSubsets(sets.subList(6, 9)))
                .addFamilies(SubsetFamily.newBuilder().setName("ood").addAllSubsets(sets));
        sets.forEach(set -> report.addColumns(set + "/all"));
        report.addColumns("language/all")
                .addColumns("visual/all")
                .addColumns("cross-modal/all")
                .addColumns("ood/all");
        ReportRow.Builder row = ReportRow.newBuilder()
                .setName("lmh-lmh 0.7")
                .setZeros(0.7)
                .putModalityZeros("fusion", 0.71)
                .putModalityZeros("language", 0.7)
                .setKeptParameters(61_234_567)
                .addCells(cell(0.61, 0.01))
                .addCells(cell(0.925, 0));
        for (int i = 0; i < 13; i++) {
            row.addCells(cell(0.4 + 0.01 * i, 0.005));
        }
        row.getCellsBuilder(14)
                .setVariance(VarianceDecomposition.newBuilder()
                        .setStage1(0.365)
                        .setStage2(0.265)
                        .setResidual(0.37));
        return report.addRows(row)
                .addQuestionTypeColumns("iid-test/how many")
                .addQuestionTypeRows(
                        ReportRow.newBuilder().setName("lmh-lmh 0.7").addCells(cell(0.5, 0.01)))
                .build();
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
