package org.crvqa.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.SubsetSummary;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.SubsetFamily;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.PrecisionChoice;
import org.crvqa.experiment.v1.StageSeeds;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Run;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.TaskSpec;
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
    void make_scored_tellsHowManyQuestionsEachColumnHas() {
        score("lmh", 0, 0.5);

        Report report = report();
        assertThat(report.getDataset()).isEqualTo(experiment.getDataset()).isNotEmpty();
        assertThat(report.getColumnQuestionsCount()).isEqualTo(report.getColumnsCount());
        assertThat(questions(report, "test/all")).isEqualTo(40);
        // An evaluation of an earlier release counts its questions by type only.
        assertThat(questions(report, "iid/all")).isEqualTo(30);
        assertThat(questions(report, "test/yes/no")).isZero();
    }

    private static long questions(Report report, String column) {
        return report.getColumnQuestions(report.getColumnsList().indexOf(column));
    }

    @Test
    void make_allRuns_isComplete() {
        plan.runs().forEach(run -> score(run.cell().name(), run.seeds().stage1(), 0.5));

        assertThat(report().getComplete()).isTrue();
    }

    @Test
    void make_moreRunsThanAReplyHasRoomFor_tellsMeansWithoutThem() {
        Experiment large = Samples.dense().toBuilder()
                .clearSeeds()
                .addAllSeeds(LongStream.rangeClosed(0, Reports.MOST_RUN_SCORES)
                        .boxed()
                        .toList())
                .build();
        Plan many = Samples.plan(large);
        Manifest half =
                Manifest.newBuilder().putMetrics("accuracy/test/all", 0.5).build();

        Report report = Reports.make("large-1", large, many, false, key -> Optional.of(half));
        Report fits = Reports.make(
                "large-1",
                large,
                new Plan(many.tasks(), many.runs().subList(0, Reports.MOST_RUN_SCORES), many.tasksUnshared()),
                false,
                key -> Optional.of(half));

        int all = report.getColumnsList().indexOf("test/all");
        ReportCell cell = report.getRows(0).getCells(all);
        assertThat(report.getRunScoresOmitted()).isTrue();
        assertThat(cell.getRunsCount()).isZero();
        assertThat(cell.getScoredRuns()).isEqualTo(Reports.MOST_RUN_SCORES + 1);
        assertThat(cell.getMean()).isEqualTo(0.5);
        assertThat(report.getSerializedSize()).isLessThan(4 << 20);
        assertThat(fits.getRunScoresOmitted()).isFalse();
        assertThat(fits.getRows(0).getCells(all).getRunsCount()).isEqualTo(Reports.MOST_RUN_SCORES);
        assertThat(fits.getSerializedSize()).isLessThan(4 << 20);
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

    @Test
    void make_vqaVs_hasSubsetsAndFamilies() {
        DatasetSummary.Builder dataset = DatasetSummary.newBuilder();
        for (String set : List.of("qt", "kw", "kwp", "qt-kw", "ko", "kop", "qt-ko", "kw-ko", "qt-kw-ko")) {
            dataset.addSubsets(SubsetSummary.newBuilder().setName(set).setSplit("test"));
        }
        DatasetSpec spec = DatasetSpec.newBuilder()
                .addAnswersFrom("train")
                .addAnswersFrom("test")
                .setMinAnswerOccurrences(9)
                .build();
        manifests.put(
                Samples.inputs().datasetKey(),
                Manifest.newBuilder()
                        .setDataset(dataset)
                        .setSpec(TaskSpec.newBuilder().setDataset(spec))
                        .build());

        assertThat(report().getColumnsList())
                .contains("test/upper_bound", "qt/all", "qt-kw-ko/all", "language/all", "cross-modal/all", "ood/all");
        assertThat(report().getFamiliesList())
                .extracting(SubsetFamily::getName)
                .containsExactly("language", "visual", "cross-modal", "ood");
        assertThat(report().getNotesList())
                .contains(
                        "candidate answers: at least 9 times in train and test: annotations outside train decide which"
                                + " answers exist");
    }

    @Test
    void make_subnetworkRow_showsZerosByModalityAndKeptParameters() {
        score("magnitude 0.7 of lmh", 0, 0.4);
        score("magnitude 0.7 of lmh", 1, 0.4);

        assertThat(row("magnitude 0.7 of lmh").getModalityZerosMap())
                .containsOnly(Map.entry("language", 0.7), Map.entry("pooler", 0.71));
        assertThat(row("magnitude 0.7 of lmh").getKeptParameters()).isEqualTo(1234);
    }

    @Test
    void make_byQuestionType_hasARowOfThemPerCellWithoutKeys() {
        score("lmh", 0, 0.4);

        assertThat(report().getQuestionTypeColumnsList()).containsExactly("test/how many", "test/is it");
        assertThat(report().getQuestionTypeRowsList())
                .extracting(ReportRow::getName)
                .containsExactlyElementsOf(
                        report().getRowsList().stream().map(ReportRow::getName).toList());
        ReportCell cell = report().getQuestionTypeRows(1).getCells(1);
        assertThat(cell.getMean()).isEqualTo(0.2);
        assertThat(cell.getRuns(0).getKey()).isEmpty();
    }

    @Test
    void make_notes_sayWhatChoseCheckpointsAndHowTextIsRead() {
        assertThat(report().getNotesList())
                .contains(
                        "stage 1: the last checkpoint is kept",
                        "questions of 9 word pieces without [CLS] and [SEP], padding attended");
    }

    @Test
    void make_float32_namesItInEveryRowButInNoName() {
        assertThat(row("lmh-lmh 0.7").getStage1Precision()).isEqualTo("float32");
        assertThat(row("lmh-lmh 0.7").getStage2Precision()).isEqualTo("float32");
        assertThat(row("lmh-lmh 0.7").getStage3Precision()).isEmpty();
        assertThat(row("lmh-lmh 0.7").getEvaluatePrecision()).isEqualTo("float32");
        assertThat(row("magnitude 0.7 of lmh").getStage2Precision()).isEmpty();
        assertThat(report().getNotesList()).noneMatch(note -> note.contains("float"));
    }

    @Test
    void make_bfloat16_isNamedByRowsAndNotes() {
        Experiment.Builder mixed = experiment.toBuilder().setPrecision(PrecisionChoice.PRECISION_CHOICE_BFLOAT16);
        mixed.getStage2Builder().setPrecision(PrecisionChoice.PRECISION_CHOICE_FLOAT32);

        Report report = Reports.make("x", mixed.build(), Samples.plan(mixed.build()), false, key -> Optional.empty());

        assertThat(report.getRows(0).getName()).isEqualTo("bce bfloat16");
        assertThat(report.getRows(2).getName()).isEqualTo("lmh-lmh 0.7 bfloat16=stage1,evaluate");
        assertThat(report.getRows(2).getStage1Precision()).isEqualTo("bfloat16");
        assertThat(report.getRows(2).getStage2Precision()).isEqualTo("float32");
        assertThat(report.getRows(2).getEvaluatePrecision()).isEqualTo("bfloat16");
        assertThat(report.getNotesList())
                .contains("bfloat16 operands of linear layers in stage 1, evaluation; everything else in float32");
    }

    @Test
    void make_stageSeeds_decomposesTheVariance() {
        Experiment separate = experiment.toBuilder()
                .clearSeeds()
                .setStageSeeds(StageSeeds.newBuilder()
                        .addStage1(0)
                        .addStage1(1)
                        .addStage2(0)
                        .addStage2(1))
                .build();
        Plan crossed = Samples.plan(separate);
        for (Run run : crossed.runs()) {
            double score = 0.1
                    + 0.2 * run.seeds().stage1()
                    + 0.1 * run.seeds().stage2().orElse(0);
            manifests.put(
                    run.evaluation(),
                    Manifest.newBuilder().putMetrics("accuracy/test/all", score).build());
        }
        Report report = Reports.make("x", separate, crossed, false, key -> Optional.ofNullable(manifests.get(key)));

        int column = report.getColumnsList().indexOf("test/all");
        assertThat(report.getRows(2).getName()).isEqualTo("lmh-lmh 0.7");
        assertThat(report.getRows(2).getCells(column).getVariance().getStage1()).isCloseTo(0.8, within(1e-9));
        assertThat(report.getNotesList())
                .anyMatch(note -> note.startsWith("a seed axis per stage: 2 of stage 1, 2 of"));
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
                        .putMetrics("accuracy/test/question_type/is it", score / 2)
                        .putMetrics("accuracy/test/question_type/how many", score)
                        .putMetrics("questions/test/all", 40)
                        .putMetrics("questions/iid/question_type/is it", 25)
                        .putMetrics("questions/iid/question_type/how many", 5)
                        .putMetrics("zeros/all", 0.701)
                        .putMetrics("zeros/language", 0.7)
                        .putMetrics("zeros/pooler", 0.71)
                        .putMetrics("parameters/kept", 1234)
                        .build());
    }

    private Report report() {
        return Reports.make("small-1", experiment, plan, true, key -> Optional.ofNullable(manifests.get(key)));
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
