package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
import org.crvqa.vqa.mask.MagnitudeMask;
import org.crvqa.vqa.mask.MaskedWeight;
import org.crvqa.vqa.mask.SparsityRates;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.optim.DenseTrainable;
import org.crvqa.vqa.optim.Trainable;

/**
 * Stage 2: a mask for the weights of a stage-1 checkpoint, and an answer head; trained both, the head alone, or neither.
 * Writes {@code mask.safetensors} and {@code head.safetensors}.
 */
public final class PruneTask {
    private final Compute compute;

    public PruneTask(Compute compute) {
        this.compute = compute;
    }

    /** As {@link TrainTask#run}. */
    public Manifest run(PruneSpec spec, ArtifactRepository repository, ArtifactDraft draft, TaskObserver observer) {
        TaskSpecs.validate(spec);
        Inputs inputs = new Inputs(repository);
        try (Dataset dataset = inputs.dataset(spec.getDatasetKey());
                NDManager manager = compute.torch().newManager()) {
            Artifact stage1 = inputs.trained(spec.getStage1Key(), spec.getDatasetKey());
            ModelConfig config = Inputs.config(stage1);
            FirstTensors first = new FirstTensors(config, dataset);
            ModelTensors tensors = new ModelTensors(manager);
            first.trained(stage1, tensors);
            Pruning pruning = new Pruning(spec, config, first, tensors, draft, manager);
            Map<String, Double> metrics = new TreeMap<>();
            if (spec.getMethod() == PruneMethod.PRUNE_METHOD_MAGNITUDE) {
                pruning.save(pruning.magnitudeMask());
            } else {
                DatasetFit.check(config, dataset, spec.getTraining().getText());
                DebiasLoss loss =
                        DebiasLoss.of(compute.torch(), spec.getTraining().getLoss());
                first.loss(loss, spec.getSeed(), tensors);
                Trainee trainee = spec.getMethod() == PruneMethod.PRUNE_METHOD_MASK_TRAINING
                        ? pruning.trainMasks(loss)
                        : pruning.trainHead(loss);
                metrics.putAll(
                        new TrainingLoop(compute, config, dataset, spec.getTraining(), loss, spec.getSeed(), observer)
                                .run(trainee));
            }
            metrics.putAll(SubnetworkMask.read(draft.file(Inputs.MASK), config).metrics(config, first.parameters()));
            return Manifest.newBuilder()
                    .addAllInputKeys(inputs.keys())
                    .putAllMetrics(metrics)
                    .build();
        }
    }

    /** One task's parts. */
    private record Pruning(
            PruneSpec spec,
            ModelConfig config,
            FirstTensors first,
            ModelTensors tensors,
            ArtifactDraft draft,
            NDManager manager) {
        void save(SubnetworkMask mask) {
            mask.write(draft.file(Inputs.MASK), config);
            tensors.write(draft.file(Inputs.HEAD), "classifier.");
        }

        SubnetworkMask magnitudeMask() {
            SparsityRates rates = SparsityRates.of(spec.getSparsity());
            Map<String, byte[]> kept = new LinkedHashMap<>();
            config.maskable()
                    .forEach((name, modality) ->
                            kept.put(name, MagnitudeMask.of(tensors.values(name), rates.of(modality))));
            return new SubnetworkMask(kept);
        }

        Trainee trainMasks(DebiasLoss loss) {
            SparsityRates rates = SparsityRates.of(spec.getSparsity());
            List<MaskedWeight> masks = new ArrayList<>();
            config.maskable()
                    .forEach((name, modality) ->
                            masks.add(new MaskedWeight(name, tensors.get(name), rates.of(modality), manager)));
            return new MaskTrainee(tensors, masks, head(loss), spec.getThresholdEverySteps(), this::save);
        }

        Trainee trainHead(DebiasLoss loss) {
            SubnetworkMask mask = magnitudeMask();
            config.maskable().keySet().forEach(name -> MagnitudeMask.apply(mask.of(name), tensors.values(name)));
            return new DenseTrainee(tensors, head(loss), () -> save(mask));
        }

        private List<Trainable> head(DebiasLoss loss) {
            List<Trainable> trainables = new ArrayList<>();
            first.headNames().forEach(name -> trainables.add(new DenseTrainable(name, tensors.get(name), manager)));
            if (loss.trainsParameters()) {
                loss.parameters(config.hiddenSize())
                        .keySet()
                        .forEach(name -> trainables.add(new DenseTrainable(name, tensors.get(name), manager)));
            }
            return trainables;
        }
    }
}
