package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Probability;
import org.crvqa.artifact.v1.SplitPredictions;
import org.crvqa.artifacts.Artifact;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.UnlabelledPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The answers with probabilities that an evaluation keeps, beside the official file and the metrics. */
class KeptAnswersTest {
    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;
    private String model;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        dataset = runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS);
        model = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void run_evaluation_keepsAnswersThatFitTheOfficialFileAndTheMetrics() throws IOException {
        Manifest trained = run(stage1(LossKind.LOSS_KIND_BCE, 30));
        Manifest evaluated = evaluate(EvaluateSpec.newBuilder().setTrainKey(trained.getKey()), 0);
        SplitPredictions kept = read(evaluated);

        assertThat(kept.getFormat()).isEqualTo(1);
        assertThat(kept.getSplit()).isEqualTo("test");
        // The dataset has four candidate answers, fewer than are kept otherwise; no text stands there that no answer
        // uses.
        assertThat(kept.getKept()).isEqualTo(4);
        assertThat(kept.getAnswerTextsList()).hasSize(4).doesNotHaveDuplicates();
        JsonNode official = JsonMapper.builder()
                .build()
                .readTree(runs.open(evaluated).file("predictions-test.json").toFile());
        assertThat(official).hasSize(10);
        double sum = 0;
        for (int i = 0; i < official.size(); i++) {
            assertThat(kept.getQuestionIds(i))
                    .isEqualTo(official.get(i).get("question_id").longValue());
            assertThat(kept.getAnswerTexts(kept.getAnswers(4 * i)))
                    .isEqualTo(official.get(i).get("answer").textValue());
            assertThat(new HashSet<>(kept.getAnswersList().subList(4 * i, 4 * i + 4)))
                    .hasSize(4);
            List<Float> chances = kept.getProbabilitiesList().subList(4 * i, 4 * i + 4);
            assertThat(chances).isSortedAccordingTo((a, b) -> Float.compare(b, a));
            assertThat(chances).allSatisfy(chance -> assertThat(chance).isBetween(0f, 1f));
            sum += kept.getAccuracies(i);
        }
        assertThat(evaluated.getMetricsMap().get("accuracy/test/all"))
                .isStrictlyBetween(0.0, 1.0)
                .isEqualTo(sum / official.size());
    }

    @Test
    void run_evaluationInOtherBatches_keepsTheSameAnswersInTheirPlaces() throws IOException {
        Manifest trained = run(stage1(LossKind.LOSS_KIND_CE, 5));
        SplitPredictions whole = read(evaluate(EvaluateSpec.newBuilder().setTrainKey(trained.getKey()), 0));
        TaskRuns some = runs.inBatchesOf(3);
        SplitPredictions three = read(some.run(
                evaluation(EvaluateSpec.newBuilder().setTrainKey(trained.getKey()), 7), new SampleRows.Silent()));
        assertThat(three.getQuestionIdsList())
                .isEqualTo(whole.getQuestionIdsList().subList(0, 7));
        assertThat(three.getAnswersList()).isEqualTo(whole.getAnswersList().subList(0, 28));
        for (int i = 0; i < 28; i++) {
            assertThat(three.getProbabilities(i)).isEqualTo(whole.getProbabilities(i), within(1e-5f));
        }
        // All four candidates of a cross entropy are kept here.
        assertThat(whole.getProbabilitiesList().subList(0, 4).stream()
                        .mapToDouble(Float::doubleValue)
                        .sum())
                .isEqualTo(1, within(1e-6));
    }

    @Test
    void run_subnetwork_hasTheProbabilitiesOfTheLossThatTrainedItsHeadLast() throws IOException {
        Manifest stage1 = run(stage1(LossKind.LOSS_KIND_BCE, 2));
        PruneSpec.Builder prune = PruneSpec.newBuilder()
                .setDatasetKey(dataset)
                .setStage1Key(stage1.getKey())
                .setMethod(PruneMethod.PRUNE_METHOD_MAGNITUDE)
                .setMask(TinyVqaCp.mask(PruneMethod.PRUNE_METHOD_MAGNITUDE))
                .setSparsity(Sparsity.newBuilder()
                        .setLanguage(0.8)
                        .setVision(0.6)
                        .setFusion(0.7)
                        .setPooler(0.7));
        assertThat(read(evaluate(of(stage1, run(prune.build())), 0)).getProbability())
                .isEqualTo(Probability.PROBABILITY_SIGMOID);
        prune.setMethod(PruneMethod.PRUNE_METHOD_HEAD_ONLY)
                .setTraining(stage1(LossKind.LOSS_KIND_CE, 2).getTraining())
                .setSeed(3);
        assertThat(read(evaluate(of(stage1, run(prune.build())), 0)).getProbability())
                .isEqualTo(Probability.PROBABILITY_SOFTMAX);
    }

    @ParameterizedTest
    @EnumSource(
            value = LossKind.class,
            names = {"LOSS_KIND_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void of_everyLoss_isSigmoidWhereItTakesEachAnswerByItself(LossKind loss) {
        boolean together =
                List.of("LOSS_KIND_CE", "LOSS_KIND_LPF", "LOSS_KIND_RUBI").contains(loss.name());
        assertThat(Probabilities.of(loss))
                .isEqualTo(together ? Probability.PROBABILITY_SOFTMAX : Probability.PROBABILITY_SIGMOID);
    }

    private TrainSpec stage1(LossKind loss, int steps) {
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, model, steps);
        spec.getTrainingBuilder()
                .getLossBuilder()
                .setKind(loss)
                .setUnlabelled(UnlabelledPolicy.UNLABELLED_POLICY_UNSPECIFIED);
        return spec.build();
    }

    private static EvaluateSpec.Builder of(Manifest stage1, Manifest stage2) {
        return EvaluateSpec.newBuilder()
                .setSubnetwork(
                        Subnetwork.newBuilder().setStage1Key(stage1.getKey()).setStage2Key(stage2.getKey()));
    }

    private Manifest run(TrainSpec spec) {
        return runs.run(TaskSpec.newBuilder().setTrain(spec).build(), new SampleRows.Silent());
    }

    private Manifest run(PruneSpec spec) {
        return runs.run(TaskSpec.newBuilder().setPrune(spec).build(), new SampleRows.Silent());
    }

    private Manifest evaluate(EvaluateSpec.Builder spec, int questions) {
        return runs.run(evaluation(spec, questions), new SampleRows.Silent());
    }

    private TaskSpec evaluation(EvaluateSpec.Builder spec, int questions) {
        return TaskSpec.newBuilder()
                .setEvaluate(spec.setDatasetKey(dataset)
                        .setText(TextOptions.newBuilder().setMaxTokens(4))
                        .addSplits(SplitSelection.newBuilder().setName("test").setMaxQuestions(questions)))
                .build();
    }

    private SplitPredictions read(Manifest evaluated) throws IOException {
        Artifact artifact = runs.open(evaluated);
        return SplitPredictions.parseFrom(Files.readAllBytes(artifact.file("predictions-test.binpb")));
    }
}
