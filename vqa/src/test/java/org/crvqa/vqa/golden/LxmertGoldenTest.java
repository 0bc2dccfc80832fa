package org.crvqa.vqa.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.model.AnswerHead;
import org.crvqa.vqa.model.EncoderInputs;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.Lxmert;
import org.crvqa.vqa.model.LxmertConfig;
import org.crvqa.vqa.model.LxmertParameters;
import org.crvqa.vqa.model.Precision;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensor.Torch.GradientMode;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LxmertGoldenTest {
    private final Torch torch = TestDevice.torch();
    private final LxmertConfig config = Golden.config();
    private final Lxmert lxmert = new Lxmert(torch, config);
    private final NDManager owner = torch.newManager();
    private Map<String, NDArray> weights = Map.of();

    @BeforeEach
    void loadWeights() {
        weights = Golden.tensors(torch, owner, "weights.safetensors");
    }

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void parameters_ofConfig_areHuggingFacesNamesAndShapes() {
        Map<String, long[]> expected = new LinkedHashMap<>();
        expected.putAll(LxmertParameters.shapes(config));
        expected.putAll(HeadParameters.shapes(config.hiddenSize(), Golden.ANSWERS));
        expected.putAll(lmh(false).parameters(config.hiddenSize()));

        assertThat(weights.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((name, shape) ->
                assertThat(weights.get(name).getShape().getShape()).as(name).isEqualTo(shape));
    }

    @Test
    void forward_goldenBatch_equalsHuggingFace() {
        GoldenBatch batch = Golden.batch(torch, owner, 0);
        Map<String, NDArray> golden = Golden.tensors(torch, owner, "forward.safetensors");
        NDArray ones = batch.tokenIds().neq(0).toType(DataType.FLOAT32, false);

        try (GradientMode off = torch.gradients(false)) {
            NDArray pooled = forward(batch, null, ForwardMode.EVALUATION);
            NDArray masked = forward(batch, ones, ForwardMode.EVALUATION);

            Golden.assertClose("pooled", pooled, golden.get("pooled"), 1e-5);
            Golden.assertClose("logits", logits(pooled), golden.get("logits"), 1e-5);
            Golden.assertClose("masked_pooled", masked, golden.get("masked_pooled"), 1e-5);
            Golden.assertClose("masked_logits", logits(masked), golden.get("masked_logits"), 1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LOSS_KIND_BCE", "LOSS_KIND_LMH"})
    void lossAndGradients_goldenBatch_equalPyTorch(LossKind kind) {
        DebiasLoss loss = kind == LossKind.LOSS_KIND_BCE ? bce() : lmh(true);
        String suffix = kind == LossKind.LOSS_KIND_BCE ? "bce" : "lmh";
        makeLeaves();
        GoldenBatch batch = Golden.batch(torch, owner, 0);

        try (GradientMode on = torch.gradients(true)) {
            NDArray value = loss(loss, batch);
            double golden = Golden.numbers().get("loss_" + suffix).doubleValue();
            assertThat((double) value.getFloat()).isCloseTo(golden, within(1e-5 * golden));
            torch.backward(value);
        }
        assertGradientsEqual("gradients-" + suffix + ".safetensors");
    }

    @Test
    void gradients_garbageCollectedBeforeBackward_stayRight() {
        // The engine keeps Java numbers and arrays that it was given in buffers which a collection frees.
        makeLeaves();
        GoldenBatch batch = Golden.batch(torch, owner, 0);
        try (GradientMode on = torch.gradients(true)) {
            NDArray value = loss(lmh(true), batch);
            for (int i = 0; i < 5; i++) {
                System.gc();
                overwriteFreedMemory();
            }
            torch.backward(value);
        }
        assertGradientsEqual("gradients-lmh.safetensors");
    }

    @Test
    void forward_manyTimes_leavesOnlyItsResults() {
        GoldenBatch batch = Golden.batch(torch, owner, 0);
        try (GradientMode off = torch.gradients(false);
                NDManager step = torch.newManager()) {
            batch.tokenIds().attach(step);
            int before = owner.getManagedArrays().size();
            for (int i = 0; i < 3; i++) {
                logits(forward(batch, null, ForwardMode.EVALUATION));
            }
            // Three pooled states, three logits, the token ids.
            assertThat(step.getManagedArrays()).hasSize(7);
            assertThat(owner.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void forward_training_dropsByReseededGenerator() {
        GoldenBatch batch = Golden.batch(torch, owner, 0);
        ForwardMode training = new ForwardMode(true, 0.2, 0.2, Precision.FLOAT32);
        try (GradientMode off = torch.gradients(false)) {
            torch.reseed(5, 1);
            float[] first = forward(batch, null, training).toFloatArray();
            float[] second = forward(batch, null, training).toFloatArray();
            torch.reseed(5, 1);
            float[] again = forward(batch, null, training).toFloatArray();
            torch.reseed(5, 2);
            float[] otherStep = forward(batch, null, training).toFloatArray();

            assertThat(again).isEqualTo(first).isNotEqualTo(second);
            assertThat(otherStep).isNotEqualTo(first);
        }
    }

    @Test
    void forward_wrongFeatureSize_saysWhatWasExpected() {
        GoldenBatch batch = Golden.batch(torch, owner, 0);

        EncoderInputs inputs = new EncoderInputs(batch.tokenIds(), null, batch.boxes(), batch.boxes(), null);

        assertThatThrownBy(() -> lxmert.forward(weights::get, inputs, ForwardMode.EVALUATION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("features (4, 3, 4)")
                .hasMessageContaining("(B, R, 6)");
    }

    private NDArray forward(GoldenBatch batch, NDArray tokenMask, ForwardMode mode) {
        EncoderInputs inputs = new EncoderInputs(batch.tokenIds(), tokenMask, batch.features(), batch.boxes(), null);
        return lxmert.forward(weights::get, inputs, mode);
    }

    private NDArray logits(NDArray pooled) {
        return AnswerHead.forward(torch, weights::get, pooled, ForwardMode.EVALUATION, 0);
    }

    private NDArray loss(DebiasLoss loss, GoldenBatch batch) {
        try (NDArray pooled = forward(batch, null, ForwardMode.EVALUATION);
                NDArray logits = logits(pooled)) {
            return loss.value(logits, pooled, batch.targets(), weights::get);
        }
    }

    private DebiasLoss bce() {
        return DebiasLoss.of(
                torch, Loss.newBuilder().setKind(LossKind.LOSS_KIND_BCE).build());
    }

    private DebiasLoss lmh(boolean trainMixin) {
        return DebiasLoss.of(
                torch,
                Loss.newBuilder()
                        .setKind(LossKind.LOSS_KIND_LMH)
                        .setEntropyWeight(Golden.numbers().get("entropy_weight").doubleValue())
                        .setTrainMixin(trainMixin)
                        .build());
    }

    private void makeLeaves() {
        weights.replaceAll((name, weight) -> torch.leaf(weight, owner));
    }

    /** Every golden gradient, and no other. */
    private void assertGradientsEqual(String file) {
        try (SafetensorsReader golden = Golden.open(file)) {
            weights.forEach((name, leaf) -> {
                Optional<NDArray> gradient = torch.gradient(leaf, owner);
                assertThat(gradient.isPresent())
                        .as(name)
                        .isEqualTo(golden.find(name).isPresent());
                gradient.ifPresent(found -> Golden.assertClose(name, found.toFloatArray(), golden.floats(name), 1e-4));
            });
        }
    }

    private void overwriteFreedMemory() {
        try (NDManager scratch = torch.newManager()) {
            for (int size = 1; size <= 4096; size *= 2) {
                for (int i = 0; i < 200; i++) {
                    float[] noise = new float[size];
                    Arrays.fill(noise, Float.NaN);
                    scratch.create(noise);
                }
            }
        }
    }
}
