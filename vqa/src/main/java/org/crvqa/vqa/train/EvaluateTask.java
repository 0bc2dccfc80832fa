package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Probability;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.score.AnswersFile;
import org.crvqa.vqa.score.EvaluationMetrics;
import org.crvqa.vqa.score.KeptAnswers;
import org.crvqa.vqa.score.PredictionsFile;
import org.crvqa.vqa.score.SplitScores;

/**
 * Scores a checkpoint on splits of a dataset and on their subsets. Writes for each split
 * {@code predictions-<split>.json}, the official form, and {@code predictions-<split>.binpb}, the most probable answers;
 * the accuracies and what the mask leaves of the model, counted on the mask that is stored, go to the metrics.
 */
public final class EvaluateTask {
    /** How many answers of each question are kept with their probabilities. */
    private static final int KEPT_ANSWERS = 5;

    private final Compute compute;

    public EvaluateTask(Compute compute) {
        this.compute = compute;
    }

    /** As {@link TrainTask#run}. */
    public Manifest run(EvaluateSpec spec, ArtifactRepository repository, ArtifactDraft draft, TaskObserver observer) {
        TaskSpecs.validate(spec);
        Precisions.require(compute, "precision", spec.getPrecision());
        Inputs inputs = new Inputs(repository);
        ProgressMeter.phase(observer, "load data");
        try (Dataset dataset = inputs.dataset(spec.getDatasetKey());
                NDManager manager = compute.torch().newManager()) {
            // A wrong name in the last place should not cost the time of the splits before it.
            spec.getSplitsList().forEach(split -> dataset.split(split.getName()));
            EvaluationMetrics accuracies = new EvaluationMetrics(dataset);
            ProgressMeter.phase(observer, "load weights");
            Artifact trained = inputs.trained(
                    spec.hasSubnetwork() ? spec.getSubnetwork().getStage1Key() : spec.getTrainKey(),
                    spec.getDatasetKey());
            ModelConfig config = Inputs.config(trained);
            DatasetFit.check(config, dataset, spec.getText());
            FirstTensors first = new FirstTensors(config, dataset);
            ModelTensors tensors = new ModelTensors(compute.torch(), manager);
            Optional<SubnetworkMask> mask = checkpoint(spec, inputs, trained, config, first, tensors);
            ProgressMeter progress = new ProgressMeter(observer, compute.nanoTime());
            SplitScorer scorer =
                    new SplitScorer(compute, config, dataset, spec.getText(), Precisions.of(spec.getPrecision()));
            Probability probability = Probabilities.of(spec, inputs, trained);
            for (SplitSelection split : spec.getSplitsList()) {
                Examples scored = Examples.of(dataset, split);
                KeptAnswers answers = scorer.keep(tensors, scored, KEPT_ANSWERS, probability, progress, observer);
                SplitScores scores = answers.scores(dataset, scored.split(), scored.places());
                accuracies.add(split.getName(), scores);
                PredictionsFile.write(draft.file(PredictionsFile.name(split.getName())), scores.predictions());
                AnswersFile.write(draft.file(AnswersFile.name(split.getName())), scores, answers);
            }
            Map<String, Double> metrics = new TreeMap<>(accuracies.metrics());
            metrics.putAll(mask.map(zeros -> zeros.metrics(config, first.parameters()))
                    .orElseGet(() -> SubnetworkMask.denseMetrics(config, first.parameters())));
            return Manifest.newBuilder()
                    .addAllInputKeys(inputs.keys())
                    .putAllMetrics(metrics)
                    .build();
        }
    }

    /** Fills the tensors; the mask, where the checkpoint is a subnetwork or was trained from one. */
    private static Optional<SubnetworkMask> checkpoint(
            EvaluateSpec spec,
            Inputs inputs,
            Artifact trained,
            ModelConfig config,
            FirstTensors first,
            ModelTensors tensors) {
        if (spec.hasSubnetwork()) {
            Artifact stage2 = inputs.pruned(spec.getSubnetwork());
            SubnetworkMask mask = SubnetworkMask.read(stage2.file(Inputs.MASK), config);
            first.subnetwork(trained, stage2, mask, tensors);
            return Optional.of(mask);
        }
        first.trained(trained, tensors);
        if (!trained.manifest().getSpec().getTrain().hasSubnetwork()) {
            return Optional.empty();
        }
        Subnetwork origin = trained.manifest().getSpec().getTrain().getSubnetwork();
        return Optional.of(SubnetworkMask.read(inputs.pruned(origin).file(Inputs.MASK), config));
    }
}
