package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LayerSparsity;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.vqa.mask.SparsityRates;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method of stage 2 as a task, with what stage 3 and evaluation make of its result. */
class PruneMethodsTest {
    private static final double RATE = 0.7;
    private static final String HEAD_MATRIX = "classifier.main.3.weight_v";

    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;
    private String model;
    private Manifest stage1;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        dataset = runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS);
        model = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
        stage1 = run(TaskSpec.newBuilder()
                .setTrain(TinyVqaCp.stage1(dataset, model, 20))
                .build());
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = PruneMethod.class,
            names = {"PRUNE_METHOD_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void run_headAndBiasesMasked_everyMethodHasExactlyKZerosThatStage3Keeps(PruneMethod method) throws Exception {
        PruneSpec.Builder spec = spec(method);
        spec.getMaskBuilder().setHead(true).setBiases(true);
        Manifest stage2 = run(spec);
        SubnetworkMask mask = mask(stage2);
        assertThat(mask.names())
                .contains(
                        HEAD_MATRIX,
                        "classifier.main.0.bias",
                        "lxmert.pooler.dense.bias",
                        "lxmert.pooler.dense.weight");
        for (String name : mask.names()) {
            assertThat(zeros(mask.of(name))).as(name).isEqualTo(SparsityRates.zeros(mask.of(name).length, RATE));
        }
        assertThat(stage2.getMetricsMap().get("zeros/head")).isCloseTo(RATE, within(0.05));
        try (SafetensorsReader head = SafetensorsReader.open(runs.open(stage2).file(Inputs.HEAD))) {
            assertPruned(mask.of(HEAD_MATRIX), head.floats(HEAD_MATRIX));
        }
        Manifest stage3 = run(TaskSpec.newBuilder()
                .setTrain(TinyVqaCp.stage1(dataset, model, 5).setSubnetwork(subnetwork(stage2)))
                .build());
        try (SafetensorsReader weights =
                SafetensorsReader.open(runs.open(stage3).file(Inputs.WEIGHTS))) {
            for (String name : mask.names()) {
                assertPruned(mask.of(name), weights.floats(name));
            }
        }
        assertThat(stage3.getMetricsMap())
                .containsEntry("zeros/all", stage2.getMetricsMap().get("zeros/all"));
        assertThat(evaluate(stage2).getMetricsMap())
                .containsEntry("zeros/head", stage2.getMetricsMap().get("zeros/head"));
    }

    @Test
    void run_random_isASeedsMaskAndStage1sHead() {
        Manifest first = run(spec(PruneMethod.PRUNE_METHOD_RANDOM).setSeed(1));
        Manifest second = run(spec(PruneMethod.PRUNE_METHOD_RANDOM).setSeed(2));
        String name = "lxmert.pooler.dense.weight";
        assertThat(mask(first).of(name)).isNotEqualTo(mask(second).of(name));
        assertThat(floats(first, Inputs.HEAD, HEAD_MATRIX)).isEqualTo(floats(stage1, Inputs.WEIGHTS, HEAD_MATRIX));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void run_iterative_rewindDecidesWhoseWeightsGoOn(boolean rewind) {
        PruneSpec.Builder spec = spec(PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE);
        spec.getIterativeBuilder().setRewind(rewind);
        Manifest stage2 = run(spec);
        Manifest oneShot = run(spec(PruneMethod.PRUNE_METHOD_MAGNITUDE));
        String name = "lxmert.encoder.layer.0.intermediate.dense.weight";
        assertThat(mask(stage2).of(name)).isNotEqualTo(mask(oneShot).of(name));
        boolean holds = Inputs.holdsWeights(runs.open(stage2));
        assertThat(holds).isEqualTo(!rewind);
        float[] before = floats(stage1, Inputs.WEIGHTS, name);
        // One step at a rate that moves nothing shows with which weights stage 3 starts.
        TrainSpec.Builder still = TinyVqaCp.stage1(dataset, model, 1).setSubnetwork(subnetwork(stage2));
        still.getTrainingBuilder().getLearningRateBuilder().setPeak(1e-30);
        Manifest stage3 = run(TaskSpec.newBuilder().setTrain(still).build());
        float[] after = floats(stage3, Inputs.WEIGHTS, name);
        byte[] kept = mask(stage2).of(name);
        int same = 0;
        for (int i = 0; i < kept.length; i++) {
            same += kept[i] == 1 && after[i] == before[i] ? 1 : 0;
        }
        int left = kept.length - zeros(kept);
        assertThat(same).isEqualTo(rewind ? left : 0);
        assertThat(after).isEqualTo(rewind ? masked(before, kept) : floats(stage2, Inputs.WEIGHTS, name));
        assertThat(floats(stage2, Inputs.HEAD, HEAD_MATRIX))
                .isEqualTo(floats(rewind ? stage1 : stage2, Inputs.WEIGHTS, HEAD_MATRIX));
    }

    @Test
    void run_iterativeGlobal_hasTheTotalOfTheRates() {
        PruneSpec.Builder spec = spec(PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE);
        spec.getMaskBuilder().setInitialisation(MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE);
        SubnetworkMask mask = mask(run(spec));
        int expected = 0;
        int found = 0;
        for (String name : mask.names()) {
            expected += SparsityRates.zeros(mask.of(name).length, RATE);
            found += zeros(mask.of(name));
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void run_keepBestWithARisingSparsity_keepsAStateThatHasReachedIt() {
        PruneSpec.Builder spec = spec(PruneMethod.PRUNE_METHOD_MASK_TRAINING);
        spec.getMaskBuilder()
                .getScheduleBuilder()
                .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL)
                .setInitialSparsity(0.1)
                .setEndStep(9);
        spec.getTrainingBuilder()
                .setSelection(Selection.newBuilder()
                        .setKeep(Keep.KEEP_BEST)
                        .setSplit(SplitSelection.newBuilder().setName("test"))
                        .setEverySteps(1));
        Manifest stage2 = run(spec);
        assertThat(stage2.getMetricsMap().get("selection/step")).isGreaterThanOrEqualTo(9);
        SubnetworkMask mask = mask(stage2);
        for (String name : mask.names()) {
            assertThat(zeros(mask.of(name))).isEqualTo(SparsityRates.zeros(mask.of(name).length, RATE));
        }
        assertThat(evaluate(stage2).getMetricsMap())
                .containsEntry("accuracy/test/all", stage2.getMetricsMap().get("selection/score"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Binariser.class,
            names = {"BINARISER_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void run_keepBest_evaluationOfTheSavedMaskGivesTheScoreThatChoseIt(Binariser binariser) {
        PruneSpec.Builder spec = spec(PruneMethod.PRUNE_METHOD_MASK_TRAINING);
        spec.getMaskBuilder().setBinariser(binariser).setHead(true);
        spec.getTrainingBuilder()
                .setSelection(Selection.newBuilder()
                        .setKeep(Keep.KEEP_BEST)
                        .setSplit(SplitSelection.newBuilder().setName("test"))
                        .setEverySteps(3));
        Manifest stage2 = run(spec);
        assertThat(evaluate(stage2).getMetricsMap())
                .containsEntry("accuracy/test/all", stage2.getMetricsMap().get("selection/score"));
    }

    @Test
    void run_layerRates_showInTheStoredMask() {
        PruneSpec.Builder spec = spec(PruneMethod.PRUNE_METHOD_MAGNITUDE);
        spec.getSparsityBuilder()
                .addLayers(LayerSparsity.newBuilder().setName("pooler").setRate(0.25));
        assertThat(run(spec).getMetricsMap()).containsEntry("zeros/pooler", 0.25);
    }

    @Test
    void run_patternThatDoesNotFit_isRefused() {
        PruneSpec.Builder spec = spec(PruneMethod.PRUNE_METHOD_MAGNITUDE);
        spec.getMaskBuilder().getPatternBuilder().setKeep(2).setOf(4);
        spec.getSparsityBuilder().setLanguage(0.5).setVision(0.5).setFusion(0.5).setPooler(0.5);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> run(spec))
                .withMessageContaining("visn_fc.visn_fc.weight has 3 columns");
    }

    private PruneSpec.Builder spec(PruneMethod method) {
        PruneSpec.Builder spec = PruneSpec.newBuilder()
                .setDatasetKey(dataset)
                .setStage1Key(stage1.getKey())
                .setMethod(method)
                .setMask(TinyVqaCp.mask(method))
                .setSparsity(Sparsity.newBuilder()
                        .setLanguage(RATE)
                        .setVision(RATE)
                        .setFusion(RATE)
                        .setPooler(RATE));
        if (PruneSpecs.trains(method)) {
            spec.setTraining(TinyVqaCp.training(12)).setSeed(3);
        }
        if (method == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            spec.setThresholdEverySteps(4);
        }
        if (method == PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE) {
            spec.getIterativeBuilder().setRounds(3);
        }
        return spec;
    }

    private Manifest run(PruneSpec.Builder spec) {
        return run(TaskSpec.newBuilder().setPrune(spec).build());
    }

    private Manifest run(TaskSpec spec) {
        return runs.run(spec, new SampleRows.Silent());
    }

    private Manifest evaluate(Manifest stage2) {
        return run(TaskSpec.newBuilder()
                .setEvaluate(EvaluateSpec.newBuilder()
                        .setSubnetwork(subnetwork(stage2))
                        .setDatasetKey(dataset)
                        .setText(TextOptions.newBuilder().setMaxTokens(4))
                        .addSplits(SplitSelection.newBuilder().setName("test")))
                .build());
    }

    private Subnetwork subnetwork(Manifest stage2) {
        return Subnetwork.newBuilder()
                .setStage1Key(stage1.getKey())
                .setStage2Key(stage2.getKey())
                .build();
    }

    private SubnetworkMask mask(Manifest stage2) {
        ModelConfig config = Inputs.config(runs.open(stage1));
        Path file = runs.open(stage2).file(Inputs.MASK);
        SubnetworkMask mask = SubnetworkMask.read(file, config);
        Path copy = folder.resolve("mask-" + stage2.getKey());
        mask.write(copy, config);
        assertThat(copy).hasSameBinaryContentAs(file);
        try {
            Files.delete(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return mask;
    }

    private float[] floats(Manifest artifact, String file, String name) {
        try (SafetensorsReader reader =
                SafetensorsReader.open(runs.open(artifact).file(file))) {
            return reader.floats(name);
        }
    }

    private static void assertPruned(byte[] kept, float[] values) {
        assertThat(values).hasSize(kept.length);
        for (int i = 0; i < kept.length; i++) {
            assertThat(kept[i] == 1 || values[i] == 0).isTrue();
        }
    }

    private static float[] masked(float[] values, byte[] kept) {
        float[] result = values.clone();
        for (int i = 0; i < kept.length; i++) {
            result[i] = kept[i] == 1 ? result[i] : 0f;
        }
        return result;
    }

    private static int zeros(byte[] kept) {
        int zeros = 0;
        for (byte stays : kept) {
            zeros += 1 - stays;
        }
        return zeros;
    }
}
