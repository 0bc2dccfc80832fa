package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.mask.MaskGroup;
import org.crvqa.vqa.mask.MaskMaker;
import org.crvqa.vqa.mask.MaskTarget;
import org.crvqa.vqa.mask.SparsityRamp;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.optim.AdamOptimizer;
import org.crvqa.vqa.optim.AdamSettings;
import org.crvqa.vqa.optim.DenseGroup;
import org.crvqa.vqa.optim.FieldReader;
import org.crvqa.vqa.tensor.Torch;

/**
 * Three steps of stage 1 and, from the same first weights, three of stage 2 of a tiny model: a task's own code on numbers
 * that {@link TrialModel} draws, without dropout, so that they can be compared between devices.
 */
final class TrialSteps {
    static final int STEPS = 3;

    /** Masks are settled once on the way. */
    static final int THRESHOLD_EVERY_STEPS = 2;

    static final double SPARSITY = 0.6;
    static final double DENSE_RATE = 1e-3;
    static final double MASK_RATE = 5e-3;

    /** So large that a gradient of rounding noise alone, as a key's bias has, moves nothing. */
    static final double EPSILON = 1e-6;

    static final double WEIGHT_DECAY = 0.01;
    static final double ENTROPY_WEIGHT = 0.36;

    private final Torch torch;
    private final TrialModel model;
    private final DebiasLoss loss;
    private final List<Double> losses = new ArrayList<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Map<String, Integer> surplusZeros = new LinkedHashMap<>();

    private TrialSteps(Torch torch, TrialModel model) {
        this.torch = torch;
        this.model = model;
        loss = DebiasLoss.of(
                torch,
                Loss.newBuilder()
                        .setKind(LossKind.LOSS_KIND_LMH)
                        .setEntropyWeight(ENTROPY_WEIGHT)
                        .setTrainMixin(true)
                        .build());
    }

    /**
     * What steps leave behind.
     *
     * @param losses of the dense steps, then of the mask steps
     * @param values everything that steps have changed, by name; the stage's name stands before it
     * @param surplusZeros by how much a settled mask's number of zeros is off, by name
     */
    record Found(List<Double> losses, Map<String, float[]> values, Map<String, Integer> surplusZeros) {}

    /** Makes the steps. Leaves no tensor behind. */
    static Found run(Torch torch, TrialModel model) {
        TrialSteps steps = new TrialSteps(torch, model);
        try (NDManager manager = torch.newManager()) {
            steps.dense(manager);
        }
        try (NDManager manager = torch.newManager()) {
            steps.masks(manager);
        }
        return new Found(steps.losses, steps.values, steps.surplusZeros);
    }

    private void dense(NDManager manager) {
        ModelTensors tensors = model.tensors(torch, loss, manager);
        DenseTrainee trainee = new DenseTrainee(tensors, List.of(new DenseGroup(tensors.all(), manager)), () -> {});
        steps(trainee, OptimizerKind.OPTIMIZER_KIND_ADAMW, DENSE_RATE, manager);
        trainee.state(new Reader("dense "));
    }

    private void masks(NDManager manager) {
        ModelTensors tensors = model.tensors(torch, loss, manager);
        MaskSettings settings = MaskSettings.newBuilder()
                .setInitialisation(MaskInitialisation.MASK_INITIALISATION_MAGNITUDE_SOFT)
                .setBinariser(Binariser.BINARISER_THRESHOLD)
                .build();
        Map<String, MaskTarget> targets = new LinkedHashMap<>();
        TrialModel.CONFIG.maskable().keySet().forEach(name -> {
            long[] shape = TrialModel.CONFIG.shapes().get(name);
            targets.put(name, MaskTarget.constant(name, shape, SPARSITY));
        });
        MaskGroup masks =
                new MaskMaker(torch, settings, 0).masked(List.copyOf(targets.values()), tensors.all(), manager);
        Map<String, NDArray> head = new LinkedHashMap<>(tensors.all());
        head.keySet().removeIf(name -> name.startsWith(TrialModel.CONFIG.prefix()));
        MaskTrainee trainee = new MaskTrainee(
                tensors,
                List.of(masks),
                List.of(new DenseGroup(head, manager)),
                SparsityRamp.CONSTANT,
                THRESHOLD_EVERY_STEPS,
                (mask, weights) -> countZeros(mask, targets));
        steps(trainee, OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE, MASK_RATE, manager);
        trainee.settle();
        trainee.state(new Reader("mask "));
        trainee.save();
    }

    private void steps(Trainee trainee, OptimizerKind kind, double rate, NDManager manager) {
        AdamSettings adam = new AdamSettings(kind, 0.9, 0.999, EPSILON, WEIGHT_DECAY, 1);
        TrainingStep step = new TrainingStep(
                torch,
                AnswerModel.training(torch, TrialModel.CONFIG, TrainingSettings.getDefaultInstance()),
                loss,
                Distiller.NONE,
                trainee,
                new AdamOptimizer(torch, trainee.groups(), adam, manager),
                () -> {});
        for (int i = 0; i < STEPS; i++) {
            trainee.stepBegins(i);
            losses.add(step.run(model.batch(torch, i, manager), i, rate).loss());
            trainee.stepDone(i + 1);
        }
    }

    private void countZeros(SubnetworkMask mask, Map<String, MaskTarget> targets) {
        mask.all().forEach((name, kept) -> {
            int zeros = 0;
            for (byte stays : kept) {
                zeros += 1 - stays;
            }
            surplusZeros.put(name, zeros - targets.get(name).zerosAt(STEPS));
        });
    }

    /** Reads what is trained. */
    private final class Reader extends FieldReader {
        private final String prefix;

        Reader(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public void floats(String name, NDArray tensor) {
            values.put(prefix + name, torch.transfer().floats(tensor));
        }
    }
}
