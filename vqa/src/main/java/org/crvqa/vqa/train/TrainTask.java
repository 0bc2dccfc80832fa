package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.ModelConfig;

/**
 * Stage 1, fine-tuning of the dense model, and stage 3, fine-tuning of a subnetwork whose pruned weights stay 0. Writes
 * {@code config.json} and {@code model.safetensors} with the encoder's and the head's tensors.
 */
public final class TrainTask {
    private final Compute compute;

    public TrainTask(Compute compute) {
        this.compute = compute;
    }

    /**
     * Trains, and writes the result's files into the draft, which it does not commit. The same spec gives the same bytes.
     *
     * @return input keys and metrics for the manifest
     * @throws org.crvqa.artifacts.InvalidInputException when spec, model and dataset are wrong or do not fit
     * @throws DivergedException when the loss is no longer a number: a failure of the spec
     * @throws java.util.concurrent.CancellationException when the observer says so
     */
    public Manifest run(TrainSpec spec, ArtifactRepository repository, ArtifactDraft draft, TaskObserver observer) {
        TaskSpecs.validate(spec);
        Precisions.require(compute, "training.precision", spec.getTraining().getPrecision());
        Inputs inputs = new Inputs(repository);
        ProgressMeter.phase(observer, "load data");
        try (Dataset dataset = inputs.dataset(spec.getDatasetKey());
                NDManager manager = compute.torch().newManager()) {
            ProgressMeter.phase(observer, "load weights");
            Artifact model = inputs.model(spec.getModelKey());
            ModelConfig config = Inputs.config(model);
            DatasetFit.check(config, dataset, spec.getTraining().getText());
            DebiasLoss loss = DebiasLoss.of(compute.torch(), spec.getTraining().getLoss());
            FirstTensors first = new FirstTensors(config, dataset);
            ModelTensors tensors = new ModelTensors(compute.torch(), manager);
            Optional<Artifact> stage1 = stage1(spec, inputs);
            Optional<SubnetworkMask> mask = firstWeights(spec, inputs, first, model, stage1, config, tensors);
            first.loss(loss, spec.getSeed(), tensors);
            Trainee trainee = new DenseTrainee(
                    tensors,
                    new Trainables(compute.torch(), tensors, config, loss, manager)
                            .all(mask.map(SubnetworkMask::all).orElse(Map.of()))
                            .groups(),
                    () -> first.write(tensors, draft.file(Inputs.WEIGHTS)));
            Distiller distiller = stage1.map(
                            dense -> Distillation.of(compute.torch(), config, spec.getTraining(), dense, manager))
                    .orElse(Distiller.NONE);
            Map<String, Double> metrics = new TrainingLoop(
                            compute,
                            config,
                            dataset,
                            spec.getTraining(),
                            loss,
                            distiller,
                            spec.getSeed(),
                            observer,
                            new ResultFiles(draft))
                    .run(trainee);
            copyConfig(model, draft);
            return Manifest.newBuilder()
                    .addAllInputKeys(inputs.keys())
                    .putAllMetrics(metrics)
                    .putAllMetrics(mask.map(zeros -> zeros.metrics(config, first.parameters()))
                            .orElseGet(() -> SubnetworkMask.denseMetrics(config, first.parameters())))
                    .build();
        }
    }

    /** The dense model that a stage 3 begins with. */
    private static Optional<Artifact> stage1(TrainSpec spec, Inputs inputs) {
        if (!spec.hasSubnetwork()) {
            return Optional.empty();
        }
        Artifact stage1 = inputs.trained(spec.getSubnetwork().getStage1Key(), spec.getDatasetKey());
        requireModel(spec, stage1);
        return Optional.of(stage1);
    }

    /** Fills the tensors; the mask, in stage 3. */
    private static Optional<SubnetworkMask> firstWeights(
            TrainSpec spec,
            Inputs inputs,
            FirstTensors first,
            Artifact model,
            Optional<Artifact> stage1,
            ModelConfig config,
            ModelTensors tensors) {
        if (stage1.isEmpty()) {
            first.pretrained(spec, model, tensors);
            return Optional.empty();
        }
        Artifact stage2 = inputs.pruned(spec.getSubnetwork());
        SubnetworkMask mask = SubnetworkMask.read(stage2.file(Inputs.MASK), config);
        first.subnetwork(stage1.get(), stage2, mask, tensors);
        return Optional.of(mask);
    }

    /** Shapes do not tell configurations apart: the number of heads, for one, is in none of them. */
    private static void requireModel(TrainSpec spec, Artifact stage1) {
        String model = stage1.manifest().getSpec().getTrain().getModelKey();
        if (!model.equals(spec.getModelKey())) {
            throw new InvalidInputException(
                    "Task spec: subnetwork.stage1_key " + spec.getSubnetwork().getStage1Key()
                            + " was trained from model " + model + ", expected " + spec.getModelKey() + " (model_key)",
                    "Name the model that stage 1 was trained from.");
        }
    }

    private static void copyConfig(Artifact model, ArtifactDraft draft) {
        try {
            Files.copy(model.file(Inputs.CONFIG), draft.file(Inputs.CONFIG), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + Inputs.CONFIG + ": " + e.getMessage(), e);
        }
    }
}
