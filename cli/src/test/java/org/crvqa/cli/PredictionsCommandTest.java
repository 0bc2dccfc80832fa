package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Probability;
import org.crvqa.artifact.v1.SplitPredictions;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.GetReportResponse;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.data.AskedQuestions;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.score.AnswersFile;
import org.crvqa.vqa.score.KeptAnswers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a data set that was really imported, and evaluations whose answers the test chose. */
class PredictionsCommandTest {
    private static final int QUESTIONS = 40;
    /** What no annotator says. */
    private static final String NONSENSE = "zebra crossing, \"x\"";

    private CapturedConsole captured = new CapturedConsole();
    private AskedQuestions asked;
    private String dense = "";
    private String sparse = "";
    private String old = "";
    private Report report = Report.getDefaultInstance();

    @TempDir
    private Path folder;

    private AnsweringCoordinator coordinator;

    @BeforeEach
    void serve() throws IOException {
        coordinator = new AnsweringCoordinator(new CoordinatorServiceImplBase() {
            @Override
            public void getReport(GetReportRequest request, StreamObserver<GetReportResponse> observer) {
                observer.onNext(GetReportResponse.newBuilder().setReport(report).build());
                observer.onCompleted();
            }
        });
        assertThat(run(
                        "data",
                        "sample",
                        "--out",
                        folder.resolve("sample").toString(),
                        "--train",
                        "60",
                        "--test",
                        Integer.toString(QUESTIONS),
                        "--iid",
                        "20",
                        "--import-as",
                        "small"))
                .as(captured.err())
                .isEqualTo(ExitCode.OK);
        try (OpenStore store =
                OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"))) {
            ArtifactKey dataset =
                    store.names().resolve(Names.Kind.DATASET, "small").orElseThrow();
            asked = AskedQuestions.read("test", name -> store.artifacts().open(dataset, name));
            dense = write(store, dataset, 1, true, i -> i % 2 == 0);
            sparse = write(store, dataset, 2, true, i -> i % 4 != 1 && i % 4 != 0);
            old = write(store, dataset, 3, false, i -> true);
        }
        report = Report.newBuilder()
                .setExperimentId("e-0123456789ab")
                .addColumns("test/all")
                .addRows(row("tiny", "lmh", run(0, dense), run(1, old)))
                .addRows(row("tiny", "lmh-lmh 0.7", run(0, sparse).setStage2Seed(49)))
                .addRows(row("tiny", "bce"))
                .addRows(row("tiny", "ce", run(0, dense)))
                .addRows(row("small", "ce", run(0, sparse)))
                .build();
        captured = new CapturedConsole();
    }

    @AfterEach
    void stop() throws InterruptedException {
        coordinator.stop();
    }

    private static RunScore.Builder run(long seed, String key) {
        return RunScore.newBuilder().setSeed(seed).setKey(key);
    }

    private static ReportRow row(String model, String name, RunScore.Builder... runs) {
        ReportCell.Builder cell = ReportCell.newBuilder();
        for (RunScore.Builder run : runs) {
            cell.addRuns(run);
        }
        // A second column has the same evaluations.
        return ReportRow.newBuilder()
                .setModel(model)
                .setName(name)
                .addCells(cell)
                .addCells(cell)
                .build();
    }

    /** Which places are answered with the best gold answer. */
    private interface Answers {
        boolean right(int i);
    }

    /** An evaluation that is sure of its answers by i/64; {@code whole}: with the file of a newer release. */
    private String write(OpenStore store, ArtifactKey dataset, long train, boolean whole, Answers answers)
            throws IOException {
        SplitPredictions.Builder columns = SplitPredictions.newBuilder()
                .setFormat(1)
                .setSplit("test")
                .setKept(2)
                .setProbability(Probability.PROBABILITY_SIGMOID)
                .addAnswerTexts(NONSENSE);
        for (int i = 0; i < asked.size(); i++) {
            boolean right = answers.right(i) && !asked.gold(i).isEmpty();
            columns.addQuestionIds(asked.questionId(i));
            columns.addAnswers(right ? columns.getAnswerTextsCount() : 0).addAnswers(0);
            if (right) {
                columns.addAnswerTexts(asked.gold(i).get(0).answer());
            }
            columns.addProbabilities(i / 64f).addProbabilities(0);
            columns.addAccuracies(right ? asked.gold(i).get(0).score() : 0);
        }
        TaskSpec spec = evaluation(dataset, train);
        try (ArtifactDraft draft = store.artifacts().draft(spec)) {
            Files.writeString(draft.file("predictions-test.json"), "[]");
            if (whole) {
                Files.write(
                        draft.file("predictions-test.binpb"), columns.build().toByteArray());
            }
            return draft.commit(Manifest.getDefaultInstance()).getKey();
        }
    }

    private static TaskSpec evaluation(ArtifactKey dataset, long train) {
        return TaskSpec.newBuilder()
                .setEvaluate(EvaluateSpec.newBuilder()
                        .setDatasetKey(dataset.hex())
                        .setTrainKey(Long.toString(train).repeat(64))
                        .addSplits(SplitSelection.newBuilder().setName("test")))
                .build();
    }

    @Test
    void predictions_ofARow_showsQuestionsGoldAndAnswers() {
        assertThat(run(
                        "predictions",
                        "e-0123456789ab",
                        "--row",
                        "lmh",
                        "--seed",
                        "0",
                        "--split",
                        "test",
                        "--limit",
                        "5"))
                .as(captured.err())
                .isEqualTo(ExitCode.OK);
        List<String> lines = captured.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("Split test: 40 questions");
        assertThat(lines.get(1)).startsWith("lmh, seed 0 (" + dense.substring(0, 12) + "): accuracy ");
        assertThat(lines.get(4))
                .contains(Long.toString(asked.questionId(0)), asked.question(0).substring(0, 12));
        assertThat(lines)
                .hasSize(4 + 5 + 2)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(lines.get(10)).startsWith("5 of 40 questions are shown; --limit 0 shows all");
    }

    @Test
    void predictions_asJson_agreeWithTheSourcesOfTheDataset() throws IOException {
        Map<Long, JsonObject> questions = source("questions");
        Map<Long, JsonObject> annotations = source("annotations");
        JsonArray found = json("--row", "lmh", "--seed", "0").getAsJsonArray("predictions");
        assertThat(found).hasSize(QUESTIONS);
        for (JsonElement element : found) {
            JsonObject each = element.getAsJsonObject();
            long id = each.get("question_id").getAsLong();
            assertThat(each.get("question").getAsString())
                    .isEqualTo(questions.get(id).get("question").getAsString().toLowerCase(Locale.ROOT));
            JsonObject annotation = annotations.get(id);
            for (String name : List.of("image_id", "question_type", "answer_type")) {
                assertThat(each.get(name)).isEqualTo(annotation.get(name));
            }
            assertThat(each.getAsJsonArray("gold")).allSatisfy(gold -> {
                JsonObject one = gold.getAsJsonObject();
                long given = StreamSupport.stream(
                                annotation.getAsJsonArray("answers").spliterator(), false)
                        .filter(answer -> answer.getAsJsonObject().get("answer").equals(one.get("answer")))
                        .count();
                assertThat(one.get("score").getAsDouble()).isCloseTo(Math.min(given / 3.0, 1), within(1e-6));
            });
            JsonObject answers = each.getAsJsonArray("answers").get(0).getAsJsonObject();
            assertThat(answers.getAsJsonArray("kept")).hasSize(2);
            assertThat(answers.get("right").getAsBoolean())
                    .isEqualTo(answers.get("score").getAsDouble() > 0.5);
        }
    }

    @Test
    void predictions_thatTheEvaluatorWrote_areRead() throws IOException {
        String key;
        String[] expected = new String[QUESTIONS];
        try (OpenStore store =
                OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"))) {
            ArtifactKey source =
                    store.names().resolve(Names.Kind.DATASET, "small").orElseThrow();
            TaskSpec spec = evaluation(source, 4);
            try (Dataset dataset = Dataset.open(store.artifacts().open(source));
                    ArtifactDraft draft = store.artifacts().draft(spec)) {
                int[] labels = new int[3 * QUESTIONS];
                float[] chances = new float[labels.length];
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = (5 * i + 2) % dataset.answers();
                    chances[i] = 1f / (1 + i % 3);
                }
                KeptAnswers kept = new KeptAnswers(3, labels, chances, Probability.PROBABILITY_SOFTMAX);
                int[] places = IntStream.range(0, QUESTIONS).toArray();
                AnswersFile.write(
                        draft.file(AnswersFile.name("test")),
                        kept.scores(dataset, dataset.split("test"), places),
                        kept);
                Arrays.setAll(expected, i -> dataset.answer(labels[3 * i]) + " " + dataset.answer(labels[3 * i + 2]));
                key = draft.commit(Manifest.getDefaultInstance()).getKey();
            }
        }
        assertThat(run("predictions", key.substring(0, 10), "-o", "json"))
                .as(captured.err())
                .isEqualTo(ExitCode.OK);
        JsonObject found = JsonParser.parseString(captured.out()).getAsJsonObject();
        double sum = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            JsonObject answers = found.getAsJsonArray("predictions")
                    .get(i)
                    .getAsJsonObject()
                    .getAsJsonArray("answers")
                    .get(0)
                    .getAsJsonObject();
            JsonObject third = answers.getAsJsonArray("kept").get(2).getAsJsonObject();
            String prediction = answers.get("prediction").getAsString();
            assertThat(prediction + " " + third.get("answer").getAsString()).isEqualTo(expected[i]);
            assertThat(third.get("probability").getAsFloat()).isEqualTo(1f / 3);
            double score = asked.gold(i).stream()
                    .filter(gold -> gold.answer().equals(prediction))
                    .mapToDouble(AskedQuestions.Gold::score)
                    .findFirst()
                    .orElse(0);
            assertThat(answers.get("score").getAsDouble()).isCloseTo(score, within(1e-6));
            sum += score;
        }
        JsonObject evaluation = found.getAsJsonArray("evaluations").get(0).getAsJsonObject();
        assertThat(evaluation.get("accuracy").getAsDouble()).isPositive().isCloseTo(sum / QUESTIONS, within(1e-6));
        assertThat(evaluation.get("probability").getAsString()).isEqualTo("softmax");
    }

    @Test
    void predictions_wrongOnly_asCsv_areTheWrongOnes() {
        assertThat(run("predictions", dense.substring(0, 9), "--wrong", "-o", "csv"))
                .as(captured.err())
                .isEqualTo(ExitCode.OK);
        List<String> lines = captured.out().lines().toList();
        assertThat(lines.get(0))
                .isEqualTo("question_id,image_id,question_type,answer_type,subsets,question,gold_answers,gold_scores,"
                        + "prediction,score,probability,answer_2,probability_2");
        assertThat(lines).hasSize(1 + count(i -> !isRight(i, i % 2 == 0)));
        assertThat(lines.subList(1, lines.size()))
                .allSatisfy(line -> assertThat(line).containsAnyOf(",\"zebra crossing, \"\"x\"\"\",0.0,", "\",0.3333"));
    }

    @Test
    void predictions_filters_letThroughWhatTheySay() {
        String type = asked.questionType(3);
        JsonObject found = json("--row", "lmh", "--seed", "0", "--question-type", type);
        assertThat(found.get("selected").getAsInt())
                .isEqualTo(count(i -> asked.questionType(i).equals(type)));
        String answerType = asked.answerType(0).label();
        found = json("--row", "lmh", "--seed", "0", "--answer-type", answerType, "--right");
        assertThat(found.getAsJsonArray("predictions"))
                .hasSize(count(i -> asked.answerType(i).label().equals(answerType) && isRight(i, i % 2 == 0)))
                .isNotEmpty();
        String[] words = asked.question(5).replaceAll("[^a-z ]", "").split(" ");
        String word = words[words.length - 1];
        found = json("--row", "lmh", "--seed", "0", "--word", word.toUpperCase(Locale.ROOT), "--word", words[0]);
        assertThat(found.get("selected").getAsInt())
                .isEqualTo(count(
                        i -> List.of(asked.question(i).split("[^a-z0-9]+")).containsAll(List.of(word, words[0]))))
                .isPositive()
                .isLessThan(QUESTIONS);
    }

    @Test
    void predictions_againstAnotherRow_showFlipsBothWays() {
        int worse = count(i -> isRight(i, i % 4 == 0));
        int better = count(i -> isRight(i, i % 4 == 3));
        JsonObject flips = json("--row", "lmh", "--seed", "0", "--against", "lmh-lmh 0.7");
        JsonObject all = flips.getAsJsonObject("flips");
        assertThat(all.get("right_to_wrong").getAsInt()).isEqualTo(worse).isPositive();
        assertThat(all.get("wrong_to_right").getAsInt()).isEqualTo(better).isPositive();
        assertThat(flips.getAsJsonArray("predictions")).hasSize(worse + better);
        int sum = 0;
        for (JsonElement type : all.getAsJsonArray("by_question_type")) {
            JsonObject each = type.getAsJsonObject();
            String name = each.get("question_type").getAsString();
            assertThat(each.get("right_to_wrong").getAsInt())
                    .isEqualTo(count(i -> asked.questionType(i).equals(name) && isRight(i, i % 4 == 0)));
            sum += each.get("questions").getAsInt();
        }
        assertThat(sum).isEqualTo(QUESTIONS);
        for (JsonElement element : flips.getAsJsonArray("predictions")) {
            JsonObject each = element.getAsJsonObject();
            JsonArray answers = each.getAsJsonArray("answers");
            boolean before = answers.get(0).getAsJsonObject().get("right").getAsBoolean();
            assertThat(answers.get(1).getAsJsonObject().get("right").getAsBoolean())
                    .isNotEqualTo(before);
            assertThat(each.get("flip").getAsString()).isEqualTo(before ? "right_to_wrong" : "wrong_to_right");
        }

        assertThat(run("predictions", "e-0123456789ab", "--row", "lmh", "--seed", "0", "--against", "lmh-lmh 0.7"))
                .isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("From lmh, seed 0 to lmh-lmh 0.7, seeds 0/49:", "Right → wrong", "right → wrong")
                .containsPattern("(?m)^all +40 +" + worse + " +" + better + " +"
                        + (better == worse ? "0" : "[+-]" + Math.abs(better - worse)) + "$");
    }

    @Test
    void predictions_calibration_isThatOfTheAnswersAndDrawsThem() throws IOException {
        Path picture = folder.resolve("reliability.svg");
        JsonObject found = json(
                        "--row",
                        "lmh",
                        "--seed",
                        "0",
                        "--against",
                        "lmh-lmh 0.7",
                        "--calibration",
                        "--picture",
                        picture.toString())
                .getAsJsonArray("evaluations")
                .get(0)
                .getAsJsonObject();
        double error = 0;
        for (int bin = 0; bin < 15; bin++) {
            double difference = 0;
            for (int i = 0; i < QUESTIONS; i++) {
                if (Math.max(0, (int) Math.ceil(i / 64.0 * 15) - 1) == bin) {
                    double score = i % 2 == 0 && !asked.gold(i).isEmpty()
                            ? asked.gold(i).get(0).score()
                            : 0;
                    difference += i / 64f - score;
                }
            }
            error += Math.abs(difference) / QUESTIONS;
        }
        assertThat(found.get("expected_calibration_error").getAsDouble()).isCloseTo(error, within(1e-6));
        assertThat(found.getAsJsonArray("bins")).hasSize(15);
        assertThat(Files.readString(picture)).contains("Calibration on test", "lmh, seed 0", "as often right");

        assertThat(run("predictions", sparse, "--calibration")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("expected calibration error", "93.3–100.0 %");
        captured = new CapturedConsole();
        assertThat(run("predictions", sparse, "--calibration", "-o", "csv")).isEqualTo(ExitCode.OK);
        assertThat(captured.out().lines()).hasSize(1 + 15);
    }

    @Test
    void predictions_ofWhatIsNotThere_saysWhatIs() {
        assertFails("no row 'lmh-lhm 0.7'", "Did you mean 'lmh-lmh 0.7'?", "--row", "lmh-lhm 0.7");
        assertFails("No row of e-0123456789ab is named", "--row: lmh, lmh-lmh 0.7, bce, ce.");
        assertFails("Row 'lmh' has 2 runs", "--seed: 0, 1", "--row", "lmh");
        assertFails(
                "no run of seed 7 that was evaluated", "Name one of its seeds: 0, 1.", "--row", "lmh", "--seed", "7");
        assertFails(
                "Row 'bce' of e-0123456789ab has no run that was evaluated",
                "crvqa report e-0123456789ab",
                "--row",
                "bce");
        assertFails("Row 'ce' is there of several models", "--model: tiny, small", "--row", "ce");
        assertFails("has no model 'tny'", "Did you mean 'tiny'?", "--row", "ce", "--model", "tny");
        assertFails(
                "Split 'iid' was not evaluated", "There are: test.", "--row", "lmh", "--seed", "0", "--split", "iid");
        assertFails(
                "made by a release that kept no probabilities",
                "predictions-test.json of artifacts/" + old,
                "--row",
                "lmh",
                "--seed",
                "1");
        assertFails(
                "no question type 'hwo many'",
                "Did you mean 'how many'?",
                "--row",
                "lmh",
                "--seed",
                "0",
                "--question-type",
                "hwo many");
        assertFails("no subset 'ood'", "none at all", "--row", "lmh", "--seed", "0", "--subset", "ood");
        assertFails("--wrong and --right", "one of them", "--row", "lmh", "--wrong", "--right");
        assertFails("--calibration asks", "Leave one", "--row", "lmh", "--wrong", "--calibration");
        assertFails("--picture draws calibration", "--calibration too", "--row", "lmh", "--picture", "x.svg");
    }

    @Test
    void predictions_ofOneModelOfSeveral_areItsOwn() {
        JsonObject found = json("--row", "CE", "--model", "small");
        assertThat(found.getAsJsonArray("evaluations")
                        .get(0)
                        .getAsJsonObject()
                        .get("key")
                        .getAsString())
                .isEqualTo(sparse);
    }

    @Test
    void predictions_reportWithoutKeys_saysHowToNameThem() {
        report = Report.newBuilder()
                .setExperimentId("e-0123456789ab")
                .setRunScoresOmitted(true)
                .addRows(row("tiny", "lmh"))
                .build();
        assertFails("so many runs", "Give the evaluation's key", "--row", "lmh");
    }

    private void assertFails(String message, String advice, String... options) {
        captured = new CapturedConsole();
        assertThat(experiment(options)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains(message, advice);
        assertThat(captured.out()).isEmpty();
    }

    /** Whether the best gold answer, given where {@code given}, is worth two annotators or more. */
    private boolean isRight(int i, boolean given) {
        return given && !asked.gold(i).isEmpty() && asked.gold(i).get(0).score() > 0.5;
    }

    private int count(Answers which) {
        int count = 0;
        for (int i = 0; i < asked.size(); i++) {
            count += which.right(i) ? 1 : 0;
        }
        return count;
    }

    private Map<Long, JsonObject> source(String kind) throws IOException {
        Map<Long, JsonObject> entries = new TreeMap<>();
        String text = Files.readString(folder.resolve("sample/vqacp_v2_test_" + kind + ".json"));
        for (JsonElement entry : JsonParser.parseString(text).getAsJsonArray()) {
            entries.put(entry.getAsJsonObject().get("question_id").getAsLong(), entry.getAsJsonObject());
        }
        return entries;
    }

    private JsonObject json(String... options) {
        captured = new CapturedConsole();
        String[] all = Arrays.copyOf(options, options.length + 2);
        all[options.length] = "-o";
        all[options.length + 1] = "json";
        assertThat(experiment(all)).as(captured.err()).isEqualTo(ExitCode.OK);
        JsonObject found = JsonParser.parseString(captured.out()).getAsJsonObject();
        captured = new CapturedConsole();
        return found;
    }

    private int experiment(String... options) {
        List<String> all = new ArrayList<>(List.of("predictions", "e-0123456789ab"));
        all.addAll(List.of(options));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--store", folder.resolve("store").toString()));
        if (arguments[0].equals("predictions")) {
            all.addAll(List.of("--coordinator", coordinator.address()));
        }
        return coordinator.run(captured, folder, all.toArray(String[]::new));
    }
}
