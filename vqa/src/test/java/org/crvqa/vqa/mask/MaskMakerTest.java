package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.golden.Golden;
import org.crvqa.vqa.optim.AdamOptimizer;
import org.crvqa.vqa.optim.AdamSettings;
import org.crvqa.vqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskMakerTest {
    private static final int N = 10_007;

    private static final Torch TORCH = TestDevice.torch();

    private final NDManager manager = TORCH.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void kept_magnitudes_agreeWithTorch(int row) {
        JsonNode golden = Golden.masks().get("initialisations");
        JsonNode expected = golden.get("rows").get(row);
        double rate = expected.get("rate").doubleValue();
        List<float[]> tensors = new ArrayList<>();
        golden.get("tensors").forEach(tensor -> tensors.add(floats(tensor)));
        List<MaskTarget> targets = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            long[] shape = {tensors.get(i).length};
            // With at least one zero, as the original has it.
            targets.add(MaskTarget.of(Integer.toString(i), shape, rate, SparsityRamp.CONSTANT, 1));
        }
        List<MaskTarget> shared =
                GlobalMagnitude.share(targets, name -> FloatBuffer.wrap(tensors.get(Integer.parseInt(name))));
        for (int i = 0; i < tensors.size(); i++) {
            FloatBuffer weights = FloatBuffer.wrap(tensors.get(i));
            assertThat(maker("MAGNITUDE").kept(targets.get(i), weights))
                    .isEqualTo(bytes(expected.get("magnitude").get(i)));
            assertThat(maker("GLOBAL_MAGNITUDE").kept(shared.get(i), weights))
                    .isEqualTo(bytes(expected.get("global_magnitude").get(i)));
            MaskGroup soft = masked("MAGNITUDE_SOFT", Binariser.BINARISER_THRESHOLD, targets.get(i), tensors.get(i));
            assertThat((double) ((ThresholdRule) soft.rule()).cut(0).value())
                    .isCloseTo(expected.get("soft_threshold").get(i).doubleValue(), within(1e-9));
            assertThat(soft.kept().get(targets.get(i).name()))
                    .isEqualTo(bytes(expected.get("magnitude").get(i)));
            assertThat(soft.values().get(0).toFloatArray()[3]).isEqualTo(Math.abs(weights.get(3)));
        }
    }

    @Test
    void share_ties_fallToEarlierTensorsFirst() {
        Map<String, FloatBuffer> tensors =
                Map.of("a", FloatBuffer.wrap(new float[] {1, 2, 1}), "b", FloatBuffer.wrap(new float[] {1, 1, 5, 0}));
        List<MaskTarget> shared =
                GlobalMagnitude.share(List.of(target("a", 3, 0.7), target("b", 4, 0.25)), tensors::get);
        // Three zeros: the 0 and two of the four 1s.
        assertThat(shared.stream().map(target -> target.zerosAt(7))).containsExactly(2, 1);
        assertThat(maker("GLOBAL_MAGNITUDE").kept(shared.get(0), tensors.get("a")))
                .containsExactly(0, 1, 0);
        assertThat(maker("GLOBAL_MAGNITUDE").kept(shared.get(1), tensors.get("b")))
                .containsExactly(1, 1, 1, 0);
    }

    @ParameterizedTest
    @CsvSource({"UNIFORM, 0.7", "UNIFORM, 0.0001", "UNIFORM, 0.9999", "DOUBLE_UNIFORM, 0.3"})
    void kept_uniform_hasExactlyKZerosAtPlacesThatSeedAndNameDecide(String kind, double rate) {
        byte[] kept = maker(kind).kept(target("w", N, rate), weights());
        assertThat(zeros(kept)).isEqualTo(SparsityRates.zeros(N, rate));
        assertThat(maker(kind).kept(target("w", N, rate), weights())).isEqualTo(kept);
        assertThat(maker(kind).kept(target("v", N, rate), weights())).isNotEqualTo(kept);
        assertThat(maker(kind, 8).kept(target("w", N, rate), weights())).isNotEqualTo(kept);
    }

    @Test
    void kept_uniform_choosesEveryPlaceEquallyOften() {
        int[] dropped = new int[10];
        for (int seed = 0; seed < 4000; seed++) {
            byte[] kept = maker("UNIFORM", seed).kept(target("w", 10, 0.3), FloatBuffer.allocate(10));
            for (int i = 0; i < 10; i++) {
                dropped[i] += 1 - kept[i];
            }
        }
        // 1200 expected, standard deviation 29.
        assertThat(dropped).satisfies(counts -> {
            for (int count : counts) {
                assertThat(count).isBetween(1055, 1345);
            }
        });
    }

    @Test
    void kept_randomUniform_hasTheRateOnAverageOnly() {
        byte[] kept = maker("RANDOM_UNIFORM").kept(target("w", N, 0.7), weights());
        assertThat((double) zeros(kept)).isCloseTo(0.7 * N, within(5 * Math.sqrt(N * 0.21)));
        assertThat(zeros(kept)).isNotEqualTo(SparsityRates.zeros(N, 0.7));
    }

    @Test
    void masked_doubleUniform_drawsFromTheTwoRanges() {
        MaskGroup masked = masked(
                "DOUBLE_UNIFORM",
                Binariser.BINARISER_THRESHOLD,
                target("w", N, 0.6),
                weights().array());
        byte[] kept = masked.kept().get("w");
        float t = FirstValues.THRESHOLD;
        double[] sums = new double[2];
        float[] values = masked.values().get(0).toFloatArray();
        for (int i = 0; i < N; i++) {
            float m = values[i];
            assertThat(m).isBetween(kept[i] == 1 ? 1.1f * t : 0.5f * t, kept[i] == 1 ? 1.5f * t : 0.9f * t);
            sums[kept[i]] += m;
        }
        assertThat(zeros(kept)).isEqualTo(SparsityRates.zeros(N, 0.6));
        assertThat(sums[1] / (N - zeros(kept))).isCloseTo(1.3 * t, within(1e-4));
        assertThat(sums[0] / zeros(kept)).isCloseTo(0.7 * t, within(1e-4));
    }

    @ParameterizedTest
    @EnumSource(
            value = MaskInitialisation.class,
            names = {"MASK_INITIALISATION_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void masked_anyInitialisationAndBinariser_beginsWithItsMask(MaskInitialisation initialisation) {
        String kind = initialisation.name().substring("MASK_INITIALISATION_".length());
        for (float[] weights : new float[][] {weights().array(), new float[50], {1, -1, 1, 2, 2, -1, 1}}) {
            MaskTarget target = target("w", weights.length, 0.55);
            byte[] kept = maker(kind).kept(target, FloatBuffer.wrap(weights));
            for (Binariser binariser : new Binariser[] {
                Binariser.BINARISER_THRESHOLD, Binariser.BINARISER_SIGN, Binariser.BINARISER_BERNOULLI
            }) {
                assertThat(masked(kind, binariser, target, weights).kept().get("w"))
                        .as("%s %s", kind, binariser)
                        .isEqualTo(kept);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MaskInitialisation.class,
            names = {"MASK_INITIALISATION_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void masked_rateZero_keepsEverything(MaskInitialisation initialisation) {
        String kind = initialisation.name().substring("MASK_INITIALISATION_".length());
        for (float[] weights : new float[][] {weights().array(), new float[50]}) {
            for (Binariser binariser : new Binariser[] {
                Binariser.BINARISER_THRESHOLD, Binariser.BINARISER_SIGN, Binariser.BINARISER_BERNOULLI
            }) {
                MaskGroup masked = masked(kind, binariser, target("w", weights.length, 0), weights);
                assertThat(zeros(masked.kept().get("w")))
                        .as("%s %s", kind, binariser)
                        .isZero();
                masked.settle(1);
                assertThat(zeros(masked.kept().get("w")))
                        .as("%s %s", kind, binariser)
                        .isZero();
                for (float value : masked.values().get(0).toFloatArray()) {
                    assertThat(value).as("%s %s", kind, binariser).isFinite();
                }
            }
        }
    }

    @Test
    void share_rateZeroEverywhere_keepsEverything() {
        List<MaskTarget> shared = GlobalMagnitude.share(
                List.of(target("a", 3, 0), target("b", 3, 0)), name -> FloatBuffer.wrap(new float[] {0, 1, 2}));

        assertThat(shared.stream().map(target -> target.zerosAt(7))).containsExactly(0, 0);
        assertThat(maker("GLOBAL_MAGNITUDE").kept(shared.get(0), FloatBuffer.wrap(new float[] {0, 1, 2})))
                .containsExactly(1, 1, 1);
    }

    @Test
    void update_sign_followsTorchToTheLimits() {
        JsonNode golden = Golden.masks().get("sign");
        float[] weight = floats(golden.get("weight"));
        MaskGroup masked = masked("MAGNITUDE", Binariser.BINARISER_SIGN, target("w", weight.length, 0.5), weight);
        float[] first = floats(golden.get("first"));
        TORCH.transfer().set(masked.values().get(0), first);
        masked.refreshEffective();
        AdamOptimizer optimizer = new AdamOptimizer(
                TORCH,
                List.of(masked),
                new AdamSettings(OptimizerKind.OPTIMIZER_KIND_ADAMW, 0.9, 0.999, 1e-8, 0, 0),
                manager);
        int limited = 0;
        for (int step = 0; step < golden.get("gradients").size(); step++) {
            NDArray gradient = manager.create(floats(golden.get("gradients").get(step)));
            optimizer.step(
                    Map.of("w", gradient),
                    TORCH.scalar(1f),
                    golden.get("learning_rate").doubleValue(),
                    manager);
            float[] found = masked.values().get(0).toFloatArray();
            float[] expected = floats(golden.get("after").get(step));
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).as("step %d, %d", step, i).isCloseTo(expected[i], within(1e-5f));
                assertThat(masked.kept().get("w")[i]).isEqualTo((byte) (expected[i] > 0 ? 1 : 0));
                limited += Math.abs(expected[i]) == 1 ? 1 : 0;
            }
        }
        assertThat(limited).isGreaterThan(5);
    }

    @Test
    void stepBegins_bernoulli_drawsByStepAndSettlesOnTheLikeliest() {
        MaskTarget target = target("w", N, 0.7);
        MaskGroup masked = masked(
                "MAGNITUDE", Binariser.BINARISER_BERNOULLI, target, weights().array());
        byte[] first = masked.kept().get("w");
        masked.stepBegins(4);
        byte[] drawn = masked.kept().get("w");
        assertThat((double) zeros(drawn)).isCloseTo(0.7 * N, within(5 * Math.sqrt(N * 0.21)));
        masked.stepBegins(5);
        assertThat(masked.kept().get("w")).isNotEqualTo(drawn);
        masked.stepBegins(4);
        assertThat(masked.kept().get("w")).isEqualTo(drawn);
        masked.settle(5);
        assertThat(masked.kept().get("w")).isEqualTo(first);
    }

    @Test
    void random_uniforms_areSplitMixAtAnyPlace() {
        JsonNode golden = Golden.masks().get("uniforms").get(0);
        MaskRandom random = new MaskRandom(
                golden.get("seed").longValue(),
                golden.get("step").longValue(),
                golden.get("purpose").textValue(),
                golden.get("name").textValue());
        for (int i = 3; i >= 0; i--) {
            assertThat(random.at(i)).isEqualTo(golden.get("values").get(i).doubleValue());
        }
    }

    @Test
    void stepBegins_bernoulli_drawsWhatJavaDraws() {
        MaskGroup masked = masked(
                "MAGNITUDE",
                Binariser.BINARISER_BERNOULLI,
                target("w", N, 0.7),
                weights().array());
        float[] values = masked.values().get(0).toFloatArray();
        masked.stepBegins(11);
        MaskRandom random = new MaskRandom(7, 11, "bernoulli", "w");
        byte[] kept = masked.kept().get("w");
        for (int i = 0; i < N; i++) {
            byte expected = (byte) (random.at(i) < 1 / (1 + Math.exp(-values[i])) ? 1 : 0);
            assertThat(kept[i]).as("place %d", i).isEqualTo(expected);
        }
    }

    private MaskGroup masked(String kind, Binariser binariser, MaskTarget target, float[] weights) {
        MaskSettings settings = MaskSettings.newBuilder()
                .setInitialisation(MaskInitialisation.valueOf("MASK_INITIALISATION_" + kind))
                .setBinariser(binariser)
                .build();
        NDArray tensor = manager.create(FloatBuffer.wrap(weights.clone()), new Shape(weights.length));
        return new MaskMaker(TORCH, settings, 7).masked(List.of(target), Map.of(target.name(), tensor), manager);
    }

    private static MaskMaker maker(String kind) {
        return maker(kind, 7);
    }

    private static MaskMaker maker(String kind, long seed) {
        return new MaskMaker(
                TORCH,
                MaskSettings.newBuilder()
                        .setInitialisation(MaskInitialisation.valueOf("MASK_INITIALISATION_" + kind))
                        .build(),
                seed);
    }

    private static MaskTarget target(String name, int size, double rate) {
        return MaskTarget.constant(name, new long[] {size}, rate);
    }

    private static FloatBuffer weights() {
        Random random = new Random(3);
        float[] weights = new float[N];
        for (int i = 0; i < N; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return FloatBuffer.wrap(weights);
    }

    private static int zeros(byte[] kept) {
        int zeros = 0;
        for (byte stays : kept) {
            zeros += 1 - stays;
        }
        return zeros;
    }

    private static float[] floats(JsonNode values) {
        float[] result = new float[values.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) values.get(i).doubleValue();
        }
        return result;
    }

    private static byte[] bytes(JsonNode values) {
        byte[] result = new byte[values.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) values.get(i).intValue();
        }
        return result;
    }
}
