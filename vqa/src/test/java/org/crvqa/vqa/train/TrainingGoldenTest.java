package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Dropout;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.golden.Golden;
import org.crvqa.vqa.golden.GoldenBatch;
import org.crvqa.vqa.mask.MaskMaker;
import org.crvqa.vqa.mask.MaskTarget;
import org.crvqa.vqa.mask.MaskedWeight;
import org.crvqa.vqa.mask.SparsityRamp;
import org.crvqa.vqa.mask.SparsityRates;
import org.crvqa.vqa.mask.ThresholdRule;
import org.crvqa.vqa.model.LxmertConfig;
import org.crvqa.vqa.model.Modality;
import org.crvqa.vqa.optim.AdamOptimizer;
import org.crvqa.vqa.optim.AdamSettings;
import org.crvqa.vqa.optim.DenseTrainable;
import org.crvqa.vqa.optim.LinearSchedule;
import org.crvqa.vqa.optim.Trainable;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten optimizer steps against PyTorch and Hugging Face, see {@code src/test/golden/README.md}. */
class TrainingGoldenTest {
    private static final double TOLERANCE = 1e-4;

    private final Torch torch = Torch.start("cpu", 1);
    private final NDManager manager = torch.newManager();
    private final LxmertConfig config = Golden.config();
    private final ModelTensors tensors = new ModelTensors(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void run_tenStepsOfStage1_endWhereTorchEnds(int run) {
        JsonNode settings = Golden.numbers().get("stage1").get(run);
        load();
        List<Trainable> trainables = new ArrayList<>();
        tensors.all().forEach((name, tensor) -> {
            if (!name.startsWith("mixin.") || settings.get("train_mixin").booleanValue()) {
                trainables.add(new DenseTrainable(name, tensor, manager));
            }
        });
        train(settings, new DenseTrainee(tensors, trainables, () -> {}));
        String file = "stage1-" + settings.get("optimizer").textValue() + ".safetensors";
        Map<String, NDArray> golden = Golden.tensors(torch, manager, file);
        golden.forEach(
                (name, expected) -> Golden.assertClose(name, tensors.get(name), expected, tolerance(name, settings)));
        assertThat(golden).hasSizeGreaterThan(100);
    }

    @Test
    void run_tenStepsOfStage2_findTorchsMasks() {
        JsonNode settings = Golden.numbers().get("stage2");
        load();
        JsonNode sparsity = settings.get("sparsity");
        SparsityRates rates = new SparsityRates(
                sparsity.get("language").doubleValue(),
                sparsity.get("vision").doubleValue(),
                sparsity.get("fusion").doubleValue(),
                sparsity.get("pooler").doubleValue());
        List<MaskedWeight> masks = masks(rates::of);
        List<Trainable> head = new ArrayList<>();
        tensors.all().forEach((name, tensor) -> {
            if (name.startsWith("classifier.")) {
                head.add(new DenseTrainable(name, tensor, manager));
            }
        });
        int every = settings.get("threshold_every_steps").intValue();
        MaskTrainee trainee = trainee(masks, head, every);
        train(settings, trainee);
        try (SafetensorsReader golden = Golden.open("stage2.safetensors")) {
            for (Trainable trained : head) {
                Golden.assertClose(
                        trained.name(), trained.tensor().toFloatArray(), golden.floats(trained.name()), TOLERANCE);
            }
            masks.forEach(mask -> assertMask(mask, golden, "binary.", "threshold."));
            trainee.settle();
            masks.forEach(mask -> assertMask(mask, golden, "final_binary.", "final_threshold."));
        }
    }

    @Test
    void run_manySteps_leavesNoTensorBehind() {
        JsonNode settings = Golden.numbers().get("stage2");
        load();
        List<MaskedWeight> masks = masks(modality -> 0.5);
        MaskTrainee trainee = trainee(masks, List.of(), 3);
        TrainingStep step = step(settings, trainee);
        Batch batch = batch(0);
        step.run(batch, 0, 1e-4);
        NDManager root = manager.getParentManager();
        int before = root.getManagedArrays().size();
        assertThat(before).isGreaterThan(3 * masks.size());
        for (int i = 1; i < 5; i++) {
            step.run(batch, i, 1e-4);
            trainee.stepDone(i);
        }
        assertThat(root.getManagedArrays()).hasSize(before);
    }

    private List<MaskedWeight> masks(ToDoubleFunction<Modality> rate) {
        MaskSettings settings = MaskSettings.newBuilder()
                .setInitialisation(MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)
                .setBinariser(Binariser.BINARISER_THRESHOLD)
                .build();
        MaskMaker maker = new MaskMaker(settings, 0);
        List<MaskedWeight> masks = new ArrayList<>();
        config.maskable().forEach((name, modality) -> {
            long[] shape = config.shapes().get(name);
            MaskTarget target = MaskTarget.constant(name, shape, rate.applyAsDouble(modality));
            masks.add(maker.masked(target, tensors.get(name), manager));
        });
        return masks;
    }

    private MaskTrainee trainee(List<MaskedWeight> masks, List<Trainable> head, int every) {
        return new MaskTrainee(tensors, masks, head, SparsityRamp.CONSTANT, every, (mask, weights) -> {});
    }

    private static void assertMask(MaskedWeight mask, SafetensorsReader golden, String binary, String threshold) {
        float limit = golden.floats(threshold + mask.name())[0];
        assertThat(((ThresholdRule) mask.rule()).cut().value()).as(mask.name()).isCloseTo(limit, within((float)
                TOLERANCE));
        float[] values = golden.floats("mask." + mask.name());
        byte[] expected = golden.booleans(binary + mask.name());
        byte[] kept = mask.kept();
        for (int i = 0; i < kept.length; i++) {
            boolean near = Math.abs(values[i] - limit) <= 1e-6;
            assertThat(near || kept[i] == expected[i])
                    .as("%s[%d]: mask value %s, threshold %s", mask.name(), i, values[i], limit)
                    .isTrue();
        }
    }

    private void train(JsonNode settings, Trainee trainee) {
        int steps = settings.get("steps").intValue();
        LinearSchedule schedule = new LinearSchedule(
                settings.get("peak").doubleValue(), settings.get("warmup_steps").intValue(), steps);
        TrainingStep step = step(settings, trainee);
        for (int i = 0; i < steps; i++) {
            assertThat(schedule.at(i))
                    .isCloseTo(settings.get("learning_rates").get(i).doubleValue(), within(1e-12));
            double loss = step.run(batch(i), i, schedule.at(i));
            double expected = settings.get("losses").get(i).doubleValue();
            assertThat(loss).as("loss of step %d", i).isCloseTo(expected, within(TOLERANCE * expected));
            trainee.stepDone(i + 1);
        }
    }

    private TrainingStep step(JsonNode settings, Trainee trainee) {
        AdamSettings adam = new AdamSettings(
                OptimizerKind.valueOf("OPTIMIZER_KIND_"
                        + settings.get("optimizer").textValue().toUpperCase(Locale.ROOT)),
                settings.get("beta1").doubleValue(),
                settings.get("beta2").doubleValue(),
                settings.get("epsilon").doubleValue(),
                settings.get("weight_decay").doubleValue(),
                settings.get("clip_norm").doubleValue());
        return new TrainingStep(
                torch,
                AnswerModel.training(torch, config, Dropout.getDefaultInstance()),
                loss(settings),
                Distiller.NONE,
                trainee,
                new AdamOptimizer(trainee.trainables(), adam));
    }

    private DebiasLoss loss(JsonNode settings) {
        LossKind kind =
                settings.get("loss").textValue().equals("bce") ? LossKind.LOSS_KIND_BCE : LossKind.LOSS_KIND_LMH;
        return DebiasLoss.of(
                torch,
                Loss.newBuilder()
                        .setKind(kind)
                        .setEntropyWeight(Golden.numbers().get("entropy_weight").doubleValue())
                        .setTrainMixin(settings.get("train_mixin").booleanValue())
                        .build());
    }

    private Batch batch(int step) {
        GoldenBatch batch = Golden.batch(torch, manager, step);
        return new Batch(batch.tokenIds(), null, batch.features(), batch.boxes(), null, batch.targets());
    }

    private void load() {
        try (SafetensorsReader golden = Golden.open("weights.safetensors")) {
            golden.tensors()
                    .forEach(entry -> tensors.put(entry.name(), entry.dimensions(), golden.floats(entry.name())));
        }
        assertThat(tensors.all().containsKey("mixin.weight")).isTrue();
    }

    /** The gradient of key biases is rounding noise, which Adam makes as large as any other step. */
    private static double tolerance(String name, JsonNode settings) {
        if (!name.endsWith(".key.bias")) {
            return TOLERANCE;
        }
        double sum = 0;
        for (JsonNode rate : settings.get("learning_rates")) {
            sum += rate.doubleValue();
        }
        return sum;
    }
}
