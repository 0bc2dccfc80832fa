package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.Sha256;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Distillation;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TextOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stage 2 stores is what it scored, and the same every time, for every method and every way to train masks. */
class PruneResultsTest {
    private static final double RATE = 0.6;

    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;
    private Manifest stage1;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        dataset = runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS);
        String model = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
        stage1 = run(TaskSpec.newBuilder()
                .setTrain(TinyVqaCp.stage1(dataset, model, 20))
                .build());
    }

    @AfterEach
    void close() {
        runs.close();
    }

    static Stream<Named<PruneSpec>> trained() {
        return Stream.of(
                named("head only", spec(PruneMethod.PRUNE_METHOD_HEAD_ONLY)),
                named("rounds", rounds(false, MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)),
                named("rounds, rewound", rounds(true, MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)),
                named("rounds, global", rounds(false, MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE)),
                named("threshold", masks(Binariser.BINARISER_THRESHOLD, "MAGNITUDE")),
                named("threshold, double uniform", masks(Binariser.BINARISER_THRESHOLD, "DOUBLE_UNIFORM")),
                named("threshold, random uniform", masks(Binariser.BINARISER_THRESHOLD, "RANDOM_UNIFORM")),
                named("threshold, global", masks(Binariser.BINARISER_THRESHOLD, "GLOBAL_MAGNITUDE")),
                named("sign, soft", masks(Binariser.BINARISER_SIGN, "MAGNITUDE_SOFT")),
                named("bernoulli, uniform", masks(Binariser.BINARISER_BERNOULLI, "UNIFORM")));
    }

    @ParameterizedTest
    @MethodSource("trained")
    void run_keepBest_storesWhatItScored(PruneSpec given) {
        PruneSpec.Builder spec = given.toBuilder().setDatasetKey(dataset).setStage1Key(stage1.getKey());
        spec.getTrainingBuilder()
                .setSelection(Selection.newBuilder()
                        .setKeep(Keep.KEEP_BEST)
                        .setSplit(SplitSelection.newBuilder().setName("train"))
                        .setEverySteps(5));
        Manifest stage2 = run(TaskSpec.newBuilder().setPrune(spec).build());
        Manifest scored = run(TaskSpec.newBuilder()
                .setEvaluate(EvaluateSpec.newBuilder()
                        .setSubnetwork(Subnetwork.newBuilder()
                                .setStage1Key(stage1.getKey())
                                .setStage2Key(stage2.getKey()))
                        .setDatasetKey(dataset)
                        .setText(TextOptions.newBuilder().setMaxTokens(4))
                        .addSplits(SplitSelection.newBuilder().setName("train")))
                .build());
        assertThat(scored.getMetricsMap())
                .containsEntry("accuracy/train/all", stage2.getMetricsOrThrow("selection/score"))
                .containsEntry("zeros/all", stage2.getMetricsOrThrow("zeros/all"))
                .containsEntry("parameters/kept", stage2.getMetricsOrThrow("parameters/kept"));
    }

    @ParameterizedTest
    @MethodSource("trained")
    void run_again_givesTheSameBytesAndAnotherSeedOthers(PruneSpec given) throws Exception {
        PruneSpec.Builder spec = given.toBuilder().setDatasetKey(dataset).setStage1Key(stage1.getKey());
        Map<String, String> first = digests(spec.build());
        assertThat(digests(spec.build())).isEqualTo(first).containsKeys(Inputs.MASK, Inputs.HEAD);
        Map<String, String> other = digests(spec.setSeed(8).build());
        // A rewound head is stage 1's, whatever the seed.
        assertThat(other).isNotEqualTo(first);
    }

    private static PruneSpec.Builder masks(Binariser binariser, String initialisation) {
        PruneSpec.Builder spec = spec(PruneMethod.PRUNE_METHOD_MASK_TRAINING).setThresholdEverySteps(4);
        spec.getMaskBuilder()
                .setBinariser(binariser)
                .setInitialisation(MaskInitialisation.valueOf("MASK_INITIALISATION_" + initialisation));
        return spec;
    }

    private static PruneSpec.Builder rounds(boolean rewind, MaskInitialisation initialisation) {
        PruneSpec.Builder spec = spec(PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE);
        spec.getMaskBuilder().setInitialisation(initialisation);
        spec.getIterativeBuilder().setRounds(3).setRewind(rewind);
        return spec;
    }

    /** With a teacher, and with biases and head masked. */
    private static PruneSpec.Builder spec(PruneMethod method) {
        MaskSettings.Builder mask = TinyVqaCp.mask(method).setBiases(true).setHead(true);
        return PruneSpec.newBuilder()
                .setMethod(method)
                .setMask(mask)
                .setSparsity(Sparsity.newBuilder()
                        .setLanguage(RATE)
                        .setVision(RATE)
                        .setFusion(RATE)
                        .setPooler(RATE))
                .setTraining(TinyVqaCp.training(12)
                        .setDistillation(Distillation.newBuilder().setWeight(0.5)))
                .setSeed(7);
    }

    private static Named<PruneSpec> named(String name, PruneSpec.Builder spec) {
        return Named.of(name, spec.build());
    }

    private Manifest run(TaskSpec spec) {
        return runs.run(spec, new SampleRows.Silent());
    }

    private Map<String, String> digests(PruneSpec prune) throws Exception {
        TaskSpec spec = TaskSpec.newBuilder().setPrune(prune).build();
        Map<String, String> digests = new TreeMap<>();
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            runs.attempt(spec, draft, new SampleRows.Silent());
            for (String name : new String[] {Inputs.MASK, Inputs.HEAD, Inputs.WEIGHTS}) {
                Path file = draft.file(name);
                if (Files.exists(file)) {
                    digests.put(name, Sha256.hex(file));
                }
            }
        }
        return digests;
    }
}
