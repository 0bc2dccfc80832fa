package org.crvqa.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.spec.ExperimentRules;
import org.crvqa.study.spec.ExperimentYaml;
import org.crvqa.study.spec.Presets;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The presets against docs/method.md, section 4, and the files of deploy/experiments against data and models of full size. */
class PaperTest {
    private static final Path EXPERIMENTS = Path.of("..", "deploy", "experiments");

    @TempDir
    Path folder;

    private StoreFixture store;

    @BeforeEach
    void open() {
        store = new StoreFixture(folder);
        store.dataset("vqacp-v2", dataset(DatasetFormat.DATASET_FORMAT_VQA_CP_V2, 438_183, "test"));
        // 1,801 x 256 questions and some: 1,802 steps per epoch.
        store.dataset("vqa-vs", dataset(DatasetFormat.DATASET_FORMAT_VQA_VS, 461_100, "val", "iid-test"));
        store.model(
                "lxmert-base",
                model(Map.of(
                        "language", 87_141_888L, "vision", 36_965_376L, "fusion", 82_575_360L, "pooler", 589_824L)));
        store.model("visualbert-base", model(Map.of("language", 108_375_552L, "pooler", 589_824L)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(EXPERIMENTS)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void plan_fileOfThePaper_isValid(Path file) throws IOException {
        Plan plan = plan(Files.readString(file));

        assertThat(plan.runs()).isNotEmpty();
        assertThat(plan.runs()).extracting(Run::evaluation).doesNotHaveDuplicates();
    }

    @Test
    void plan_lxmertOnVqaCp_hasTheNumbersOfThePaper() throws IOException {
        Plan plan = plan(Files.readString(EXPERIMENTS.resolve("run5-lxmert-vqacp-stage3.yaml")));

        for (String label : List.of("stage 1 lmh", "stage 3 lmh-lmh-lpf")) {
            TrainSpec stage = find(plan, label).spec().getTrain();
            TrainingSettings training = stage.getTraining();
            assertThat(training.getBatchSize()).isEqualTo(64);
            assertThat(training.getSteps()).isEqualTo(6_847 * 20);
            assertThat(training.getLearningRate().getWarmupSteps()).isEqualTo(34_235);
            assertThat(training.getSelection().getEverySteps()).isEqualTo(6_847);
            assertThat(training.getOptimizer().getKind()).isEqualTo(OptimizerKind.OPTIMIZER_KIND_ADAM);
            assertThat(stage.getSeed()).isEqualTo(42);
            common(training, "test");
        }
        PruneSpec stage2 =
                find(plan, "stage 2 mask-training lmh 0.7 of lmh").spec().getPrune();
        stage2(stage2, 1_712, "test");
        assertThat(stage2.getSeed()).isEqualTo(49);
        assertThat(stage2.getTraining().getLoss().getEntropyWeight()).isEqualTo(0.36);
        assertThat(find(plan, "stage 3 lmh-lmh-lpf")
                        .spec()
                        .getTrain()
                        .getTraining()
                        .getLoss()
                        .getGamma())
                .isEqualTo(5);
    }

    @Test
    void plan_lxmertOnVqaVs_choosesOnValEvery1802Steps() throws IOException {
        Plan plan = plan(Files.readString(EXPERIMENTS.resolve("run4-lxmert-vqavs-stage2.yaml")));

        stage2(find(plan, "stage 2 mask-training lmh 0.7 of bce").spec().getPrune(), 1_802, "val");
    }

    @Test
    void plan_visualBert_trainsWithSoftCrossEntropy() throws IOException {
        Plan plan = plan(Files.readString(EXPERIMENTS.resolve("run3-visualbert-vqacp-stage2.yaml")));

        PruneSpec stage2 =
                find(plan, "stage 2 mask-training ce 0.7 of ce").spec().getPrune();
        stage2(stage2, 1_712, "test");
        assertThat(stage2.getTraining().getLoss().getKind()).isEqualTo(LossKind.LOSS_KIND_CE);
    }

    @Test
    void plan_heldoutInPlaceOfPaper_choosesByAPartOfTrain() throws IOException {
        String file = Files.readString(EXPERIMENTS.resolve("run2-lxmert-vqacp-stage2.yaml"));

        Plan plan = plan(file + "protocol: heldout\n");

        TrainingSettings stage1 = find(plan, "stage 1 lmh").spec().getTrain().getTraining();
        assertThat(stage1.getHeldOut().getFraction()).isEqualTo(0.1);
        assertThat(stage1.getSelection().getSplit().getName()).isEqualTo("heldout");
        // floor(394,365 / 64) + 1
        assertThat(stage1.getSelection().getEverySteps()).isEqualTo(6_162);
    }

    private static void stage2(PruneSpec spec, int epoch, String split) {
        assertThat(spec.getTraining().getBatchSize()).isEqualTo(256);
        assertThat(spec.getTraining().getSteps()).isEqualTo(epoch * 20);
        assertThat(spec.getTraining().getSelection().getEverySteps()).isEqualTo(epoch);
        assertThat(spec.getTraining().getLearningRate().getWarmupSteps()).isZero();
        assertThat(spec.getTraining().getOptimizer().getKind())
                .isEqualTo(OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE);
        assertThat(spec.getThresholdEverySteps()).isEqualTo(100);
        assertThat(spec.getSparsity().getPooler()).isEqualTo(0.7);
        common(spec.getTraining(), split);
    }

    private static void common(TrainingSettings training, String split) {
        assertThat(training.getLearningRate().getPeak()).isEqualTo(5e-5);
        assertThat(training.getOptimizer().getBeta1()).isEqualTo(0.9);
        assertThat(training.getOptimizer().getBeta2()).isEqualTo(0.999);
        assertThat(training.getOptimizer().getEpsilon()).isEqualTo(1e-8);
        assertThat(training.getOptimizer().getWeightDecay()).isZero();
        assertThat(training.getOptimizer().getClipNorm()).isEqualTo(1);
        assertThat(training.getText().getMaxTokens()).isEqualTo(14);
        assertThat(training.getSelection().getKeep()).isEqualTo(Keep.KEEP_BEST);
        assertThat(training.getSelection().getSplit().getName()).isEqualTo(split);
        assertThat(training.hasHeldOut()).isFalse();
    }

    private Plan plan(String yaml) {
        ExperimentYaml.Parsed parsed = ExperimentYaml.parse(yaml);
        Experiment experiment = Presets.apply(parsed.experiment(), parsed.violations());
        ExperimentRules.check(experiment, parsed.violations());
        var inputs = new InputResolver(store.names, store.artifacts).resolve(experiment, parsed.violations());
        assertThat(parsed.violations().list()).isEmpty();
        return Planner.plan(experiment, inputs.orElseThrow(), Release.CURRENT);
    }

    private static PlanTask find(Plan plan, String label) {
        return plan.tasks().stream()
                .filter(task -> task.label().startsWith(label))
                .findFirst()
                .orElseThrow();
    }

    private static DatasetSummary dataset(DatasetFormat format, long questions, String... others) {
        DatasetSummary.Builder dataset = DatasetSummary.newBuilder()
                .addSplits(SplitSummary.newBuilder().setName("train").setQuestions(questions))
                .setFormat(format)
                .setVocabularySize(30_522)
                .setFeatureDim(2048);
        for (String other : others) {
            dataset.addSplits(SplitSummary.newBuilder().setName(other).setQuestions(1000));
        }
        return dataset.build();
    }

    private static ModelSummary model(Map<String, Long> maskable) {
        return ModelSummary.newBuilder()
                .putAllMaskable(maskable)
                .setVocabularySize(30_522)
                .setFeatureDim(2048)
                .build();
    }
}
