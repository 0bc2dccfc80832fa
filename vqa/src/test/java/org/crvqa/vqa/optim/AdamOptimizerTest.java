package org.crvqa.vqa.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.crvqa.task.v1.OptimizerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdamOptimizerTest {
    private static final AdamSettings PLAIN =
            new AdamSettings(OptimizerKind.OPTIMIZER_KIND_ADAMW, 0.9, 0.999, 1e-8, 0, 0);

    @ParameterizedTest
    @EnumSource(
            value = OptimizerKind.class,
            names = {"OPTIMIZER_KIND_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void step_sameGradients_movesAsTorch(OptimizerKind kind) throws IOException {
        JsonNode all = golden();
        JsonNode run = all.get(kind.name());
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray a = manager.create(floats(run.at("/start/0")));
            NDArray b = manager.create(floats(run.at("/start/1")));
            AdamOptimizer optimizer = new AdamOptimizer(
                    List.of(new DenseTrainable("a", a, manager), new DenseTrainable("b", b, manager)),
                    new AdamSettings(
                            kind,
                            all.get("beta1").doubleValue(),
                            all.get("beta2").doubleValue(),
                            all.get("epsilon").doubleValue(),
                            all.get("weight_decay").doubleValue(),
                            all.get("clip_norm").doubleValue()));
            int steps = run.get("gradients").size();
            LinearSchedule schedule = new LinearSchedule(
                    all.get("peak").doubleValue(), all.get("warmup_steps").intValue(), steps);
            for (int step = 0; step < steps; step++) {
                assertThat(schedule.at(step)).isCloseTo(run.at("/rates/" + step).doubleValue(), within(1e-12));
                double norm = optimizer.step(
                        Map.of(
                                "a", manager.create(floats(run.at("/gradients/" + step + "/0"))),
                                "b", manager.create(floats(run.at("/gradients/" + step + "/1")))),
                        schedule.at(step));
                assertThat(norm).isCloseTo(run.at("/norms/" + step).doubleValue(), within(1e-5));
                assertThat(a.toFloatArray()).containsExactly(floats(run.at("/after/" + step + "/0")), within(1e-6f));
                assertThat(b.toFloatArray()).containsExactly(floats(run.at("/after/" + step + "/1")), within(1e-6f));
            }
        }
    }

    @Test
    void step_firstStepWithoutDecay_movesByTheRateAgainstTheSign() {
        // With m = (1-b1) g and v = (1-b2) g², bias correction leaves lr g/|g|.
        try (NDManager manager = NDManager.newBaseManager()) {
            int n = 2 * Block.SIZE + 5;
            NDArray values = manager.zeros(new Shape(n));
            float[] gradient = new float[n];
            for (int i = 0; i < n; i++) {
                gradient[i] = i % 2 == 0 ? i + 1 : -i;
            }
            new AdamOptimizer(List.of(new DenseTrainable("w", values, manager)), PLAIN)
                    .step(Map.of("w", manager.create(gradient)), 0.5);
            float[] moved = values.toFloatArray();
            for (int i = 0; i < n; i++) {
                assertThat(moved[i]).isCloseTo(gradient[i] > 0 ? -0.5f : 0.5f, within(1e-5f));
            }
        }
    }

    @Test
    void step_noGradient_leavesParameterUntouched() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray used = manager.create(new float[] {1});
            NDArray unused = manager.create(new float[] {1});
            AdamSettings decaying = new AdamSettings(OptimizerKind.OPTIMIZER_KIND_ADAMW, 0.9, 0.999, 1e-8, 0.5, 0);
            new AdamOptimizer(
                            List.of(
                                    new DenseTrainable("used", used, manager),
                                    new DenseTrainable("unused", unused, manager)),
                            decaying)
                    .step(Map.of("used", manager.create(new float[] {1})), 0.1);
            assertThat(unused.toFloatArray()).containsExactly(1f);
            assertThat(used.toFloatArray()[0]).isLessThan(0.9f);
        }
    }

    @Test
    void step_gradientNotFinite_changesNothing() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray values = manager.create(new float[] {1, 2});
            double norm = new AdamOptimizer(List.of(new DenseTrainable("w", values, manager)), PLAIN)
                    .step(Map.of("w", manager.create(new float[] {1, Float.NaN})), 0.1);
            assertThat(norm).isNaN();
            assertThat(values.toFloatArray()).containsExactly(1f, 2f);
        }
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = AdamOptimizerTest.class.getResourceAsStream("optimizers.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static float[] floats(JsonNode list) {
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).floatValue();
        }
        return values;
    }
}
