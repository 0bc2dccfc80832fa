package org.crvqa.vqa.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.model.ModelConfig;

/**
 * A checkpoint in the store: dense, a subnetwork, or a fine-tuned subnetwork, with all that a copy of it needs.
 *
 * @param stages manifests of stage 1, and where the checkpoint has them of stages 2 and 3, in this order
 * @param weights file with the encoder's tensors, and of the head's where {@code head} is empty
 * @param head file with the answer head's tensors, of a subnetwork
 * @param mask file with the mask; empty for a dense model
 * @param configJson the Hugging Face configuration
 * @param answers candidate answers by label
 * @param vocabulary vocab.txt
 * @param dataset manifest of the dataset
 */
public record ExportSource(
        List<Manifest> stages,
        Path weights,
        Optional<Path> head,
        Optional<Path> mask,
        String configJson,
        List<String> answers,
        Path vocabulary,
        Manifest dataset) {
    private static final String WEIGHTS = "model.safetensors";
    private static final String MASK = "mask.safetensors";
    private static final String CONFIG = "config.json";

    /** Copies the lists. */
    public ExportSource {
        stages = List.copyOf(stages);
        answers = List.copyOf(answers);
    }

    /**
     * The checkpoint of an artifact: what training made (stage 1 or 3), a subnetwork (stage 2), or what an evaluation
     * scored. Only the files that are needed are fetched.
     *
     * @throws InvalidInputException when there is no such artifact or it is of another kind
     */
    public static ExportSource find(ArtifactRepository repository, ArtifactKey key) {
        Manifest manifest = repository.require(key);
        return switch (manifest.getSpec().getWorkCase()) {
            case TRAIN -> trained(repository, manifest);
            case PRUNE -> subnetwork(repository, manifest.getSpec().getPrune().getStage1Key(), manifest.getKey());
            case EVALUATE -> evaluated(repository, manifest.getSpec().getEvaluate());
            default ->
                throw new InvalidInputException(
                        "Artifact " + key + " is a "
                                + manifest.getSpec().getWorkCase().name().toLowerCase(Locale.ROOT)
                                + ", expected the result of training, pruning or evaluation",
                        "Give a key from 'crvqa report EXPERIMENT --output json' or 'crvqa plan'.");
        };
    }

    private static ExportSource evaluated(ArtifactRepository repository, EvaluateSpec spec) {
        if (spec.hasSubnetwork()) {
            Subnetwork subnetwork = spec.getSubnetwork();
            return subnetwork(repository, subnetwork.getStage1Key(), subnetwork.getStage2Key());
        }
        return trained(repository, repository.require(new ArtifactKey(spec.getTrainKey())));
    }

    private static ExportSource trained(ArtifactRepository repository, Manifest manifest) {
        TrainSpec spec = manifest.getSpec().getTrain();
        ArtifactKey key = new ArtifactKey(manifest.getKey());
        List<Manifest> stages = new ArrayList<>();
        Optional<Path> mask = Optional.empty();
        if (spec.hasSubnetwork()) {
            ArtifactKey stage2 = new ArtifactKey(spec.getSubnetwork().getStage2Key());
            stages.add(repository.require(new ArtifactKey(spec.getSubnetwork().getStage1Key())));
            stages.add(repository.require(stage2));
            mask = Optional.of(repository.open(stage2, MASK));
        }
        stages.add(manifest);
        return make(
                repository,
                stages,
                repository.open(key, WEIGHTS),
                Optional.empty(),
                mask,
                repository.open(key, CONFIG),
                spec.getDatasetKey());
    }

    private static ExportSource subnetwork(ArtifactRepository repository, String stage1Key, String stage2Key) {
        ArtifactKey dense = new ArtifactKey(stage1Key);
        ArtifactKey pruned = new ArtifactKey(stage2Key);
        Manifest stage1 = repository.require(dense);
        Manifest stage2 = repository.require(pruned);
        PruneSpec spec = stage2.getSpec().getPrune();
        // Iterative pruning may bring weights of its own.
        boolean own =
                stage2.getFilesList().stream().anyMatch(file -> file.getName().equals(WEIGHTS));
        return make(
                repository,
                List.of(stage1, stage2),
                repository.open(own ? pruned : dense, WEIGHTS),
                Optional.of(repository.open(pruned, "head.safetensors")),
                Optional.of(repository.open(pruned, MASK)),
                repository.open(dense, CONFIG),
                spec.getDatasetKey());
    }

    private static ExportSource make(
            ArtifactRepository repository,
            List<Manifest> stages,
            Path weights,
            Optional<Path> head,
            Optional<Path> mask,
            Path config,
            String datasetKey) {
        ArtifactKey dataset = new ArtifactKey(datasetKey);
        return new ExportSource(
                stages,
                weights,
                head,
                mask,
                read(config),
                Dataset.answers(repository.open(dataset, "dataset.json")),
                repository.open(dataset, "vocab.txt"),
                repository.require(dataset));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e, e);
        }
    }

    /** The configuration as the program understands it. */
    public ModelConfig config() {
        return ModelConfig.parse(configJson, "config.json of " + stages.get(0).getKey());
    }
}
