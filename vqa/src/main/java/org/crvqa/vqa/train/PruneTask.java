package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.TreeMap;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.ModelConfig;

/**
 * Stage 2: a mask for the weights of a stage-1 checkpoint, and an answer head; trained both, the head alone, everything in
 * rounds, or nothing. Writes {@code mask.safetensors} and {@code head.safetensors}, and {@code model.safetensors} where
 * rounds end without rewinding: then the subnetwork's weights are these and not stage 1's.
 */
public final class PruneTask {
    private final Compute compute;

    public PruneTask(Compute compute) {
        this.compute = compute;
    }

    /** As {@link TrainTask#run}. */
    public Manifest run(PruneSpec spec, ArtifactRepository repository, ArtifactDraft draft, TaskObserver observer) {
        TaskSpecs.validate(spec);
        Precisions.require(compute, "training.precision", spec.getTraining().getPrecision());
        Inputs inputs = new Inputs(repository);
        ProgressMeter.phase(observer, "load data");
        try (Dataset dataset = inputs.dataset(spec.getDatasetKey());
                NDManager manager = compute.torch().newManager()) {
            ProgressMeter.phase(observer, "load weights");
            Artifact stage1 = inputs.dense(spec.getStage1Key(), spec.getDatasetKey());
            ModelConfig config = Inputs.config(stage1);
            FirstTensors first = new FirstTensors(config, dataset);
            ModelTensors tensors = new ModelTensors(compute.torch(), manager);
            first.trained(stage1, tensors);
            Pruning pruning = new Pruning(compute.torch(), spec, config, first, tensors, draft, manager);
            Map<String, Double> metrics = new TreeMap<>();
            if (PruneSpecs.trains(spec.getMethod())) {
                DatasetFit.check(config, dataset, spec.getTraining().getText());
                DebiasLoss loss =
                        DebiasLoss.of(compute.torch(), spec.getTraining().getLoss());
                first.loss(loss, spec.getSeed(), tensors);
                Distiller distiller = Distillation.of(compute.torch(), config, spec.getTraining(), stage1, manager);
                metrics.putAll(new TrainingLoop(
                                compute,
                                config,
                                dataset,
                                spec.getTraining(),
                                loss,
                                distiller,
                                spec.getSeed(),
                                observer,
                                new ResultFiles(draft))
                        .run(trainee(spec.getMethod(), pruning, loss, stage1)));
            } else {
                ProgressMeter.phase(observer, "choose masks");
                pruning.saveUntrained();
            }
            metrics.putAll(SubnetworkMask.read(draft.file(Inputs.MASK), config).metrics(config, first.parameters()));
            return Manifest.newBuilder()
                    .addAllInputKeys(inputs.keys())
                    .putAllMetrics(metrics)
                    .build();
        }
    }

    private static Trainee trainee(PruneMethod method, Pruning pruning, DebiasLoss loss, Artifact stage1) {
        return switch (method) {
            case PRUNE_METHOD_MASK_TRAINING -> pruning.trainMasks(loss);
            case PRUNE_METHOD_HEAD_ONLY -> pruning.trainHead(loss);
            case PRUNE_METHOD_ITERATIVE_MAGNITUDE -> pruning.trainInRounds(loss, stage1);
            case PRUNE_METHOD_MAGNITUDE, PRUNE_METHOD_RANDOM, PRUNE_METHOD_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(method + " trains nothing");
        };
    }
}
