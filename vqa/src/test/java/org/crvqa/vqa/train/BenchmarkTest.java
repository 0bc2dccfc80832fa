package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.ModelConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BenchmarkTest {
    private static final int BATCH = 8;
    private static final int EVAL_BATCH = 6;

    @TempDir
    Path folder;

    private final List<String> heard = new ArrayList<>();
    private TaskRuns runs;
    private ArtifactKey dataset;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        dataset = new ArtifactKey(runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS));
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @ParameterizedTest
    @EnumSource
    void run_everyWork_measuresTheStepsAskedFor(BenchmarkWork work) {
        for (String config : List.of(lxmert(), TinyVqaCp.visualBertConfig())) {
            BenchmarkResult result = run(work, settings(config, LossKind.LOSS_KIND_LMH, true));
            boolean trains = work != BenchmarkWork.EVALUATE;
            assertThat(result.steps()).isEqualTo(4);
            assertThat(result.batchSize()).isEqualTo(trains ? BATCH : EVAL_BATCH);
            assertThat(result.secondsPerStep()).isPositive();
            assertThat(result.dataWaitShare()).isBetween(0.0, 1.0);
            assertThat(result.state().isPresent()).isEqualTo(trains);
            assertThat(result.thresholds().isPresent()).isEqualTo(work == BenchmarkWork.STAGE2);
        }
    }

    @Test
    void run_stageOne_stateHoldsValuesAndTheirMoments() {
        BenchmarkSettings settings = settings(lxmert(), LossKind.LOSS_KIND_BCE, true);
        Map<String, long[]> trained = new HashMap<>(settings.config().shapes());
        trained.keySet().removeAll(settings.config().unused());
        // Red, blue, yes, no.
        trained.putAll(HeadParameters.shapes(settings.config().hiddenSize(), 4));
        long values = trained.values().stream()
                .mapToLong(shape -> LongStream.of(shape).reduce(1, (x, y) -> x * y))
                .sum();
        assertThat(run(BenchmarkWork.STAGE1, settings).state().orElseThrow().bytes())
                .isBetween(3 * Float.BYTES * values, 3 * Float.BYTES * values + (64 << 10));
        assertThat(folder.resolve("state")).isEmptyDirectory();
    }

    @Test
    void run_stageOne_tellsEveryStepAndTheTotalOnceItIsKnown() {
        run(BenchmarkWork.STAGE1, settings(lxmert(), LossKind.LOSS_KIND_BCE, true));
        // Two of the warm-up, four that count, one after each of two states.
        assertThat(heard).containsExactly("1/0", "2/0", "3/8", "4/8", "5/8", "6/8", "7/8", "8/8");
    }

    @Test
    void run_withoutStates_makesNoFurtherSteps() {
        BenchmarkResult result = run(BenchmarkWork.STAGE1, settings(lxmert(), LossKind.LOSS_KIND_BCE, false));
        assertThat(result.state()).isEmpty();
        assertThat(heard).endsWith("6/6");
    }

    @ParameterizedTest
    @EnumSource(
            value = LossKind.class,
            names = {"LOSS_KIND_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void run_everyLoss_isMeasured(LossKind loss) {
        assertThat(run(BenchmarkWork.STAGE2, settings(lxmert(), loss, false)).secondsPerStep())
                .isPositive();
    }

    @Test
    void run_modelThatDoesNotFitTheData_isRefused() {
        BenchmarkSettings other =
                settings(TinyVqaCp.config(TinyVqaCp.WORDS + 1, TinyVqaCp.FEATURES), LossKind.LOSS_KIND_BCE, false);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> run(BenchmarkWork.EVALUATE, other))
                .withMessageContaining("vocab_size");
    }

    private BenchmarkResult run(BenchmarkWork work, BenchmarkSettings settings) {
        Compute compute = Compute.start(TestDevice.NAME, 1);
        return new Benchmark(compute, settings, (done, total) -> heard.add(done + "/" + total))
                .run(work, runs.repository(), dataset);
    }

    private BenchmarkSettings settings(String config, LossKind loss, boolean states) {
        return new BenchmarkSettings(
                ModelConfig.parse(config, "config.json"),
                loss,
                Precision.PRECISION_UNSPECIFIED,
                BATCH,
                EVAL_BATCH,
                4,
                OptionalInt.of(2),
                OptionalInt.of(4),
                states,
                folder);
    }

    private static String lxmert() {
        return TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES);
    }
}
