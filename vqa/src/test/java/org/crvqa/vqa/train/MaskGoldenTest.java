package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.golden.Golden;
import org.crvqa.vqa.golden.GoldenBatch;
import org.crvqa.vqa.mask.MaskMaker;
import org.crvqa.vqa.mask.MaskTarget;
import org.crvqa.vqa.mask.MaskTargets;
import org.crvqa.vqa.mask.Masked;
import org.crvqa.vqa.mask.SparsityRamp;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.AdamOptimizer;
import org.crvqa.vqa.optim.AdamSettings;
import org.crvqa.vqa.optim.DenseGroup;
import org.crvqa.vqa.optim.LinearSchedule;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten steps of each further way to train masks against PyTorch, see {@code src/test/golden/README.md}. */
class MaskGoldenTest {
    private static final double TOLERANCE = 1e-4;

    private final Torch torch = TestDevice.torch();
    private final NDManager manager = torch.newManager();
    private final ModelConfig config = Golden.config();
    private final ModelTensors tensors = new ModelTensors(torch, manager);
    private final Map<String, byte[]> saved = new LinkedHashMap<>();

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest(name = "{index}: head and biases, sign, bernoulli, gradual, pattern")
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void run_tenSteps_endWhereTorchEnds(int run) {
        JsonNode golden = Golden.masks().get("stage2").get(run);
        try (SafetensorsReader weights = Golden.open("weights.safetensors")) {
            weights.tensors().forEach(e -> tensors.put(e.name(), e.dimensions(), weights.floats(e.name())));
        }
        JsonNode options = golden.get("options");
        MaskSettings settings = settings(options);
        MaskMaker maker = new MaskMaker(torch, settings, options.path("seed").longValue());
        List<MaskTarget> targets = MaskTargets.of(sparsity(options), settings, config, Golden.ANSWERS);
        List<String> head = new ArrayList<>(
                HeadParameters.shapes(config.hiddenSize(), Golden.ANSWERS).keySet());
        List<MaskTarget> trained =
                targets.stream().filter(target -> head.remove(target.name())).toList();
        List<MaskTarget> frozen =
                targets.stream().filter(target -> !trained.contains(target)).toList();
        List<Masked> masks = List.of(
                maker.masked(frozen, tensors.all(), manager), maker.maskedTrained(trained, tensors.all(), manager));
        Map<String, NDArray> rest = new LinkedHashMap<>();
        head.forEach(name -> rest.put(name, tensors.get(name)));
        MaskTrainee trainee = new MaskTrainee(
                tensors,
                masks,
                List.of(new DenseGroup(rest, manager)),
                SparsityRamp.of(settings.getSchedule()),
                options.get("every").intValue(),
                this::save);
        train(golden, trainee);
        assertThat(trainee.selectable()).isTrue();
        trainee.settle();
        trainee.save();
        compare(golden.get("file").textValue(), options);
    }

    private void save(SubnetworkMask mask, Weights weights) {
        mask.names().forEach(name -> saved.put(name, mask.of(name)));
    }

    private void compare(String file, JsonNode options) {
        try (SafetensorsReader golden = Golden.open(file)) {
            int compared = 0;
            for (String name :
                    HeadParameters.shapes(config.hiddenSize(), Golden.ANSWERS).keySet()) {
                // The trained values themselves, pruned ones too: not the effective ones.
                Golden.assertClose(name, tensors.get(name).toFloatArray(), golden.floats(name), TOLERANCE);
            }
            for (Map.Entry<String, byte[]> mask : saved.entrySet()) {
                byte[] expected = golden.booleans("binary." + mask.getKey());
                int different = 0;
                for (int i = 0; i < expected.length; i++) {
                    different += expected[i] == mask.getValue()[i] ? 0 : 1;
                }
                // Values within rounding of the threshold may fall on its other side, always two at a time; a key's
                // bias
                // has a gradient of rounding noise alone.
                assertThat(different)
                        .as("%s of %s", mask.getKey(), options)
                        .isLessThanOrEqualTo(mask.getKey().endsWith(".key.bias") ? expected.length : 0);
                compared += expected.length;
            }
            assertThat(compared).isGreaterThan(4000);
        }
    }

    private void train(JsonNode golden, MaskTrainee trainee) {
        int steps = golden.get("steps").intValue();
        LinearSchedule schedule = new LinearSchedule(
                golden.get("peak").doubleValue(), golden.get("warmup_steps").intValue(), steps);
        AdamSettings adam = new AdamSettings(
                OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE,
                golden.get("beta1").doubleValue(),
                golden.get("beta2").doubleValue(),
                golden.get("epsilon").doubleValue(),
                golden.get("weight_decay").doubleValue(),
                golden.get("clip_norm").doubleValue());
        Loss loss = Loss.newBuilder()
                .setKind(LossKind.LOSS_KIND_LMH)
                .setEntropyWeight(0.36)
                .build();
        TrainingStep step = new TrainingStep(
                torch,
                AnswerModel.training(torch, config, TrainingSettings.getDefaultInstance()),
                DebiasLoss.of(torch, loss),
                Distiller.NONE,
                trainee,
                new AdamOptimizer(torch, trainee.groups(), adam, manager),
                () -> {});
        for (int i = 0; i < steps; i++) {
            GoldenBatch batch = Golden.batch(torch, manager, i);
            trainee.stepBegins(i);
            double found = step.run(
                            new Batch(batch.tokenIds(), null, batch.features(), batch.boxes(), null, batch.targets()),
                            i,
                            schedule.at(i))
                    .loss();
            double expected = golden.get("losses").get(i).doubleValue();
            assertThat(found).as("loss of step %d", i).isCloseTo(expected, within(TOLERANCE * expected));
            trainee.stepDone(i + 1);
        }
    }

    private static MaskSettings settings(JsonNode options) {
        MaskSettings.Builder settings = MaskSettings.newBuilder()
                .setInitialisation(
                        options.has("soft")
                                ? MaskInitialisation.MASK_INITIALISATION_MAGNITUDE_SOFT
                                : MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)
                .setBinariser(Binariser.valueOf(
                        "BINARISER_" + options.get("binariser").textValue().toUpperCase(Locale.ROOT)))
                .setHead(options.has("head"))
                .setBiases(options.has("biases"));
        if (options.has("pattern")) {
            JsonNode pattern = options.get("pattern");
            settings.getPatternBuilder()
                    .setKeep(pattern.get(0).intValue())
                    .setOf(pattern.get(1).intValue());
        }
        if (options.has("schedule")) {
            JsonNode schedule = options.get("schedule");
            settings.getScheduleBuilder()
                    .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL)
                    .setInitialSparsity(schedule.get(1).doubleValue())
                    .setStartStep(schedule.get(2).intValue())
                    .setEndStep(schedule.get(3).intValue());
        }
        return settings.build();
    }

    private static Sparsity sparsity(JsonNode options) {
        Sparsity.Builder sparsity = Sparsity.newBuilder();
        return options.has("pattern")
                ? sparsity.setLanguage(0.5)
                        .setVision(0.5)
                        .setFusion(0.5)
                        .setPooler(0.5)
                        .build()
                : sparsity.setLanguage(0.7)
                        .setVision(0.5)
                        .setFusion(0.6)
                        .setPooler(0.65)
                        .build();
    }
}
