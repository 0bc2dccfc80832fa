package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.SplitPredictions;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.GetReportResponse;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.crvqa.coordinator.v1.MissingRuns;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    private static final int QUESTIONS = 400;
    private static final float[] LEVELS = {0, 0.3f, 0.6f, 0.9f, 1};

    private final CapturedConsole captured = new CapturedConsole();
    private final Map<String, Report> reports = new HashMap<>();
    private int artifacts;

    @TempDir
    private Path folder;

    private AnsweringCoordinator coordinator;

    @BeforeEach
    void serve() throws IOException {
        try (OpenStore store =
                OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"))) {
            reports.put("one-1", experiment(store, "one-1", 3, 0.5, 0.7));
            reports.put("two_2", experiment(store, "two_2", 2, 0.7));
            reports.put("old-3", old());
        }
        coordinator = new AnsweringCoordinator(new CoordinatorServiceImplBase() {
            @Override
            public void listExperiments(
                    ListExperimentsRequest request, StreamObserver<ListExperimentsResponse> observer) {
                ListExperimentsResponse.Builder all = ListExperimentsResponse.newBuilder();
                reports.keySet()
                        .forEach(id ->
                                all.addExperiments(ExperimentStatus.newBuilder().setId(id)));
                observer.onNext(all.build());
                observer.onCompleted();
            }

            @Override
            public void getReport(GetReportRequest request, StreamObserver<GetReportResponse> observer) {
                Report report = reports.get(request.getExperimentId());
                if (report == null) {
                    observer.onError(Status.NOT_FOUND
                            .withDescription("There is no experiment")
                            .asRuntimeException());
                    return;
                }
                observer.onNext(GetReportResponse.newBuilder().setReport(report).build());
                observer.onCompleted();
            }
        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        coordinator.stop();
    }

    /** A dense model, subnetworks of it that are better at each sparsity, a control, and one that failed. */
    private Report experiment(OpenStore store, String id, int seeds, double... sparsities) throws IOException {
        Report.Builder report = Report.newBuilder()
                .setExperimentId(id)
                .setDataset("sample")
                .setProtocol(Protocol.PROTOCOL_HELDOUT)
                .addColumns("iid/all")
                .addColumns("test/all")
                .addColumnQuestions(QUESTIONS)
                .addColumnQuestions(QUESTIONS)
                .addNotes("protocol heldout");
        report.addRows(row(store, seeds, 0.5, "lmh", 0));
        for (double sparsity : sparsities) {
            report.addRows(row(store, seeds, 0.5 + sparsity / 4, "lmh-lmh " + sparsity, sparsity));
            report.addRows(row(store, seeds, 0.5 - sparsity / 4, "magnitude " + sparsity + " of lmh", sparsity));
        }
        report.addRows(ReportRow.newBuilder()
                .setModel("tiny")
                .setStage1Loss("lmh")
                .setMethod("mask_training")
                .setStage2Loss("bce")
                .setSparsity(0.7)
                .setName("lmh-bce 0.7")
                .addCells(ReportCell.newBuilder().setExpectedRuns(seeds))
                .addCells(ReportCell.newBuilder().setExpectedRuns(seeds))
                .addMissing(MissingRuns.newBuilder()
                        .setState(TaskState.TASK_STATE_FAILED)
                        .setRuns(seeds)
                        .setTask("stage 2 bce, tiny, seed 0")
                        .setTaskKey("f".repeat(64))
                        .setFailure(TaskFailure.newBuilder().setCause("the loss is NaN"))));
        return report.build();
    }

    private ReportRow row(OpenStore store, int seeds, double share, String name, double sparsity) throws IOException {
        ReportRow.Builder row =
                ReportRow.newBuilder().setModel("tiny").setStage1Loss("lmh").setName(name);
        if (sparsity > 0) {
            row.setMethod(name.startsWith("magnitude") ? "magnitude" : "mask_training")
                    .setSparsity(sparsity)
                    .setZeros(sparsity);
        }
        ReportCell.Builder iid = ReportCell.newBuilder().setExpectedRuns(seeds).setScoredRuns(seeds);
        ReportCell.Builder test = ReportCell.newBuilder().setExpectedRuns(seeds).setScoredRuns(seeds);
        double iidSum = 0;
        double testSum = 0;
        double squares = 0;
        for (int seed = 0; seed < seeds; seed++) {
            SplitPredictions first = predictions("iid", share + 0.1, artifacts);
            SplitPredictions second = predictions("test", share, artifacts);
            String key = write(store, List.of(first, second));
            iid.addRuns(
                    RunScore.newBuilder().setSeed(seed).setScore(mean(first)).setKey(key));
            test.addRuns(
                    RunScore.newBuilder().setSeed(seed).setScore(mean(second)).setKey(key));
            iidSum += mean(first);
            testSum += mean(second);
            squares += mean(second) * mean(second);
        }
        double mean = testSum / seeds;
        iid.setMean(iidSum / seeds).setStd(0.011);
        test.setMean(mean).setStd(Math.sqrt(Math.max(0, squares - seeds * mean * mean) / (seeds - 1)));
        return row.addCells(iid).addCells(test).build();
    }

    private static double mean(SplitPredictions predictions) {
        return predictions.getAccuraciesList().stream()
                .mapToDouble(Float::doubleValue)
                .average()
                .orElseThrow();
    }

    private static SplitPredictions predictions(String split, double share, long seed) {
        Random random = new Random(seed);
        SplitPredictions.Builder predictions = SplitPredictions.newBuilder()
                .setFormat(1)
                .setSplit(split)
                .setKept(1)
                .addAnswerTexts("yes");
        for (int i = 0; i < QUESTIONS; i++) {
            predictions.addQuestionIds(1_000 + i).addAnswers(0).addProbabilities(0.5f);
            predictions.addAccuracies(
                    random.nextDouble() < share ? LEVELS[2 + random.nextInt(3)] : LEVELS[random.nextInt(2)]);
        }
        return predictions.build();
    }

    private String write(OpenStore store, List<SplitPredictions> splits) throws IOException {
        TaskSpec spec = TaskSpec.newBuilder()
                .setEvaluate(EvaluateSpec.newBuilder().setTrainKey("model " + artifacts++))
                .build();
        try (ArtifactDraft draft = store.artifacts().draft(spec)) {
            Files.writeString(draft.file("config.json"), "{}");
            for (SplitPredictions split : splits) {
                Files.write(draft.file("predictions-" + split.getSplit() + ".binpb"), split.toByteArray());
            }
            return draft.commit(Manifest.getDefaultInstance()).getKey();
        }
    }

    /** As of a release whose evaluations keep no score of single questions. */
    private Report old() throws IOException {
        try (OpenStore store =
                OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"))) {
            String key = write(store, List.of());
            return Report.newBuilder()
                    .setExperimentId("old-3")
                    .setComplete(true)
                    .addColumns("test/all")
                    .addRows(ReportRow.newBuilder()
                            .setModel("tiny")
                            .setName("bce")
                            .addCells(ReportCell.newBuilder()
                                    .setMean(0.5)
                                    .setExpectedRuns(1)
                                    .setScoredRuns(1)
                                    .addRuns(RunScore.newBuilder().setScore(0.5).setKey(key))))
                    .build();
        }
    }

    @Test
    void report_ofSeveralExperiments_isOneTableThatSaysWhatFailed() {
        assertThat(run("report", "one-1", "two_2", "old-3")).isEqualTo(ExitCode.FAILED);

        assertThat(captured.out())
                .containsPattern("Experiment +Subnetwork +Zeros % +iid/all +test/all")
                .containsPattern("one-1 +lmh-lmh 0.5 ")
                .containsPattern("two_2 +lmh-bce 0.7 +failed \\(0/2\\) +failed \\(0/2\\)")
                .contains("failed: stage 2 bce, tiny, seed 0 (ffffffffffff)", "the loss is NaN")
                .contains("Note: one-1: protocol heldout");
    }

    @Test
    void report_asLatex_isATableOfBooktabsWithTheBestInBold() {
        assertThat(run("report", "one-1", "two_2", "-o", "latex")).isEqualTo(ExitCode.FAILED);

        assertThat(captured.out())
                .contains("\\begin{tabular}{llrcc}", "\\toprule", "\\bottomrule", "two\\_2 & lmh & 2 & ")
                .containsPattern("one-1 & lmh-lmh 0.7 & 3 & \\\\textbf\\{[0-9.]+ \\$\\\\pm\\$ 1.1} & \\\\textbf")
                .containsPattern("one-1 & magnitude 0.7 of lmh & 3 & [0-9.]+ \\$\\\\pm\\$ 1.1 & [0-9]")
                .contains(
                        "lmh-bce 0.7 & 0/3 & failed & failed \\\\", "% one-1 lmh-bce 0.7: 3 runs failed: stage 2 bce");
    }

    @Test
    void report_asMarkdown_marksTheBestAndListsWhatFailed() {
        assertThat(run("report", "one-1", "-o", "markdown", "--intervals")).isEqualTo(ExitCode.FAILED);

        assertThat(captured.out())
                .contains("| Subnetwork | n | iid/all | test/all |", "| --- | ---: | ---: | ---: |")
                .containsPattern("\\| lmh-lmh 0.7 \\| 3 \\| \\*\\*[0-9.]+ ± 1.1\\*\\* \\[[0-9.]+, [0-9.]+]")
                .contains("| lmh-bce 0.7 | 0/3 | failed | failed |", "- lmh-bce 0.7: 3 runs failed");
    }

    @Test
    void report_asCsv_hasPlainNumbers() {
        assertThat(run("report", "one-1", "-o", "csv")).isEqualTo(ExitCode.FAILED);

        List<String> lines = captured.out().lines().toList();
        assertThat(lines).hasSize(1 + 6);
        List<String> header = List.of(lines.get(0).split(","));
        assertThat(header).contains("experiment", "row", "test/all mean", "test/all min", "test/all questions");
        List<String> cells = List.of(lines.get(2).split(",", -1));
        assertThat(cells).hasSameSizeAs(header);
        ReportCell cell = reports.get("one-1").getRows(1).getCells(1);
        assertThat(cells.get(header.indexOf("test/all mean"))).isEqualTo(Double.toString(cell.getMean()));
        assertThat(cells.get(header.indexOf("test/all questions"))).isEqualTo("400");
        assertThat(lines.get(6)).contains("3 failed: stage 2 bce, tiny, seed 0");
    }

    @Test
    void report_asJson_namesColumnsAndKeepsWhatEarlierReleasesPrinted() {
        assertThat(run("report", "one-1", "-o", "json")).isEqualTo(ExitCode.FAILED);

        JsonObject json = JsonParser.parseString(captured.out()).getAsJsonObject();
        assertThat(json.get("format").getAsInt()).isEqualTo(2);
        assertThat(json.get("experiment_id").getAsString()).isEqualTo("one-1");
        JsonObject row = json.getAsJsonArray("rows").get(1).getAsJsonObject();
        JsonObject score = row.getAsJsonObject("scores").getAsJsonObject("test/all");
        double mean = reports.get("one-1").getRows(1).getCells(1).getMean();
        assertThat(score.get("mean").getAsDouble()).isEqualTo(mean);
        assertThat(score.get("questions").getAsInt()).isEqualTo(QUESTIONS);
        assertThat(score.get("n").getAsInt()).isEqualTo(3);
        assertThat(row.getAsJsonArray("cells")
                        .get(1)
                        .getAsJsonObject()
                        .get("mean")
                        .getAsDouble())
                .isEqualTo(mean);
        JsonObject experiment = json.getAsJsonArray("experiments").get(0).getAsJsonObject();
        assertThat(experiment.get("protocol").getAsString()).isEqualTo("heldout");
        assertThat(experiment.get("dataset").getAsString()).isEqualTo("sample");
        JsonObject problem = json.getAsJsonArray("rows")
                .get(5)
                .getAsJsonObject()
                .getAsJsonArray("problems")
                .get(0)
                .getAsJsonObject();
        assertThat(problem.get("state").getAsString()).isEqualTo("failed");
        assertThat(problem.get("why").getAsString()).contains("the loss is NaN");
    }

    @Test
    void report_againstARow_tellsDifferencesFromChance() {
        assertThat(run("report", "one-1", "-o", "json", "--against", "lmh", "--intervals"))
                .isEqualTo(ExitCode.FAILED);

        JsonObject json = JsonParser.parseString(captured.out()).getAsJsonObject();
        assertThat(json.get("against").getAsString()).isEqualTo("lmh");
        JsonObject score = json.getAsJsonArray("rows")
                .get(3)
                .getAsJsonObject()
                .getAsJsonObject("scores")
                .getAsJsonObject("test/all");
        JsonObject difference = score.getAsJsonObject("difference");
        Report report = reports.get("one-1");
        assertThat(difference.get("value").getAsDouble())
                .isCloseTo(
                        report.getRows(3).getCells(1).getMean()
                                - report.getRows(0).getCells(1).getMean(),
                        within(1e-6));
        assertThat(difference.getAsJsonObject("interval").get("low").getAsDouble())
                .isPositive()
                .isLessThan(difference.get("value").getAsDouble());
        assertThat(difference.get("p_bootstrap").getAsDouble()).isEqualTo(2.0 / 2001);
        // Four rows were tested: the smallest of their p-values counts fourfold.
        assertThat(difference.get("p_bootstrap_holm").getAsDouble()).isCloseTo(8.0 / 2001, within(1e-12));
        assertThat(difference.getAsJsonObject("mcnemar").get("p").getAsDouble()).isLessThan(1e-6);
        assertThat(difference.getAsJsonArray("mcnemar_by_seed")).hasSize(3);
        assertThat(difference.get("questions").getAsInt()).isEqualTo(QUESTIONS);
        JsonObject interval = score.getAsJsonObject("interval");
        assertThat(score.get("mean").getAsDouble())
                .isBetween(
                        interval.get("low").getAsDouble(), interval.get("high").getAsDouble());
    }

    @Test
    void report_againstARowOfTwoSeeds_saysThatTheyAreTooFew() {
        assertThat(run("report", "two_2", "--against", "lmh")).isEqualTo(ExitCode.FAILED);

        assertThat(captured.out())
                .contains("Differences to lmh, in percentage points")
                .containsPattern("lmh-lmh 0.7 +test/all +\\+[0-9.]+ +\\[\\+[0-9.]+, \\+[0-9.]+] +<0.001")
                .contains("Two seeds are too few to say how other seeds would do");
    }

    @Test
    void report_againstAnUnknownRow_suggestsTheNearest() {
        assertThat(run("report", "one-1", "--against", "lmh-lmh 0.8")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("the report has no row 'lmh-lmh 0.8'; did you mean 'lmh-lmh 0.");
        assertThat(run("report", "one-1", "two_2", "--against", "lmh")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("several rows are called 'lmh': one-1 lmh, two_2 lmh");
    }

    @Test
    void report_intervalsOfAnEarlierReleasesEvaluations_isASentence() {
        assertThat(run("report", "old-3", "--intervals")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("The evaluations of bce kept no score of single questions", "an earlier release");
        assertThat(run("report", "one-1", "old-3", "--intervals")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out())
                .contains("95 % intervals in %", "The evaluations of old-3 bce were made by an earlier release");
    }

    @Test
    void report_besidePublishedScores_saysHowFarTheyAre() throws IOException {
        double mean = 100 * reports.get("one-1").getRows(1).getCells(0).getMean();
        Path file = folder.resolve("paper.csv");
        Files.writeString(
                file,
                "\ufeffrow,column,mean,std,n\nlmh-lmh 0.5,iid/all,%.4f,1.5,4\n\"lmh-lmh 0.7\",test/all,12.5,,\n"
                        .formatted(mean + 0.9));

        assertThat(run("report", "one-1", "--reference", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out())
                .contains("Beside published numbers, in %")
                .containsPattern("lmh-lmh 0.5 +iid/all +[0-9.]+ ± 1.1 +[0-9.]+ ± 1.5 +4 +−0.9 +yes")
                .containsPattern("lmh-lmh 0.7 +test/all +[0-9.]+ ± [0-9.]+ +12.5 +– +\\+[0-9.]+ +–");
    }

    @Test
    void report_malformedReference_namesTheLine() throws IOException {
        Path file = folder.resolve("paper.csv");
        for (String[] wrong : new String[][] {
            {"lmh-lmh 0.5,iid/all,abc,1,3", "line 3: mean is 'abc', expected a number"},
            {"lmh-lmh 0.5,iid/all,571,1,3", "line 3: mean is 571, expected 0 to 100"},
            {"lmh-lmh 0.5,iid/all,,1,3", "line 3: mean is empty"},
            {"lmh-lmh 0.5,iid/all,57,1,x", "line 3: n is 'x'"},
            {"lmh-lmh 0.5,idd/all,57,1,3", "line 3: the report has no column 'idd/all'; did you mean 'iid/all'?"},
            {"lmh-lhm 0.5,iid/all,57,1,3", "line 3: the report has no row 'lmh-lhm 0.5'; did you mean 'lmh-lmh 0.5'?"},
            {"lmh,iid/all", "is no CSV"},
        }) {
            Files.writeString(file, "row,column,mean,std,n\nlmh,iid/all,50,,\n" + wrong[0] + "\n");
            assertThat(run("report", "one-1", "--reference", file.toString())).isEqualTo(ExitCode.BAD_INPUT);
            assertThat(captured.err()).contains(wrong[1]);
        }
        assertThat(run(
                        "report",
                        "one-1",
                        "--reference",
                        folder.resolve("none.csv").toString()))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("There is no file");
        Files.writeString(file, "row,colum,mean\nlmh,iid/all,50\n");
        assertThat(run("report", "one-1", "--reference", file.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("line 1: there is no column 'colum'");
    }

    @Test
    void report_picture_hasLinesForSparsitiesAndBarsForOne() throws IOException {
        Path lines = folder.resolve("lines.svg");
        Path bars = folder.resolve("bars.svg");
        run("report", "one-1", "--picture", lines.toString());
        run("report", "two_2", "--picture", bars.toString());

        assertThat(Files.readString(lines))
                .contains("one-1 on sample", "sparsity in %", ">lmh-lmh<", ">magnitude of lmh<", "test (400 questions)")
                .contains("stroke-dasharray=\"2 4\"", "<polygon");
        assertThat(Files.readString(bars))
                .contains("two_2 on sample", ">lmh-lmh 0.7<", "whiskers")
                .doesNotContain("<polygon");
        assertThat(run("report", "one-1", "--picture", "figure.pdf")).isEqualTo(ExitCode.BAD_INPUT);
    }

    private int run(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 4);
        all[arguments.length] = "--store";
        all[arguments.length + 1] = folder.resolve("store").toString();
        all[arguments.length + 2] = "--coordinator";
        all[arguments.length + 3] = coordinator.address();
        return coordinator.run(captured, folder, all);
    }
}
