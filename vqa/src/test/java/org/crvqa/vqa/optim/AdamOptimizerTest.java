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
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.tensor.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdamOptimizerTest {
    private static final AdamSettings DECAYING =
            new AdamSettings(OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE, 0.9, 0.999, 1e-8, 0.5, 1);
    private static final AdamSettings PLAIN =
            new AdamSettings(OptimizerKind.OPTIMIZER_KIND_ADAMW, 0.9, 0.999, 1e-8, 0, 0);

    private final Torch torch = TestDevice.torch();

    @ParameterizedTest
    @EnumSource(
            value = OptimizerKind.class,
            names = {"OPTIMIZER_KIND_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void step_sameGradients_movesAsTorch(OptimizerKind kind) throws IOException {
        JsonNode all = golden();
        JsonNode run = all.get(kind.name());
        try (NDManager manager = torch.newManager()) {
            NDArray a = manager.create(floats(run.at("/start/0")));
            NDArray b = manager.create(floats(run.at("/start/1")));
            AdamOptimizer optimizer = optimizer(
                    manager,
                    Map.of("a", a, "b", b),
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
                double norm = norm(
                        manager,
                        optimizer,
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
        try (NDManager manager = torch.newManager()) {
            int n = 10_007;
            NDArray values = manager.zeros(new Shape(n));
            float[] gradient = new float[n];
            for (int i = 0; i < n; i++) {
                gradient[i] = i % 2 == 0 ? i + 1 : -i;
            }
            norm(manager, optimizer(manager, Map.of("w", values), PLAIN), Map.of("w", manager.create(gradient)), 0.5);
            float[] moved = values.toFloatArray();
            for (int i = 0; i < n; i++) {
                assertThat(moved[i]).isCloseTo(gradient[i] > 0 ? -0.5f : 0.5f, within(1e-5f));
            }
        }
    }

    @Test
    void step_noGradient_leavesParameterUntouched() {
        try (NDManager manager = torch.newManager()) {
            NDArray used = manager.create(new float[] {1});
            NDArray unused = manager.create(new float[] {1});
            AdamSettings decaying = new AdamSettings(OptimizerKind.OPTIMIZER_KIND_ADAMW, 0.9, 0.999, 1e-8, 0.5, 0);
            norm(
                    manager,
                    optimizer(manager, Map.of("used", used, "unused", unused), decaying),
                    Map.of("used", manager.create(new float[] {1})),
                    0.1);
            assertThat(unused.toFloatArray()).containsExactly(1f);
            assertThat(used.toFloatArray()[0]).isLessThan(0.9f);
        }
    }

    @Test
    void step_gradientNotFinite_changesNothing() {
        try (NDManager manager = torch.newManager()) {
            NDArray values = manager.create(new float[] {1, 2});
            double norm = norm(
                    manager,
                    optimizer(manager, Map.of("w", values), DECAYING),
                    Map.of("w", manager.create(new float[] {1, Float.NaN})),
                    0.1);
            assertThat(norm).isNaN();
            assertThat(values.toFloatArray()).containsExactly(1f, 2f);
        }
    }

    @Test
    void step_lossNotFinite_changesNothing() {
        try (NDManager manager = torch.newManager()) {
            NDArray values = manager.create(new float[] {1, 2});
            optimizer(manager, Map.of("w", values), DECAYING)
                    .step(
                            Map.of("w", manager.create(new float[] {1, 1})),
                            torch.scalar(Float.POSITIVE_INFINITY),
                            0.1,
                            manager);
            assertThat(values.toFloatArray()).containsExactly(1f, 2f);
        }
    }

    @Test
    void step_anyTensors_waitsForNothing() {
        try (NDManager manager = torch.newManager()) {
            AdamOptimizer optimizer = optimizer(manager, Map.of("w", manager.create(new float[] {1, 2})), PLAIN);
            long before = torch.transfer().waits();
            optimizer.step(Map.of("w", manager.create(new float[] {1, 1})), torch.scalar(1f), 0.1, manager);
            assertThat(torch.transfer().waits()).isEqualTo(before);
        }
    }

    private AdamOptimizer optimizer(NDManager manager, Map<String, NDArray> tensors, AdamSettings settings) {
        return new AdamOptimizer(torch, List.of(new DenseGroup(tensors, manager)), settings, manager);
    }

    /** Makes a step and returns the norm that it found. */
    private double norm(NDManager manager, AdamOptimizer optimizer, Map<String, NDArray> gradients, double rate) {
        return torch.transfer().floats(optimizer.step(gradients, torch.scalar(1f), rate, manager))[1];
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
