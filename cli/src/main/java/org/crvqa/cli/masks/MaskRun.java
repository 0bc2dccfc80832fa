package org.crvqa.cli.masks;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.vqa.analysis.MaskFile;

/**
 * A result of stage 2.
 *
 * @param key of its artifact
 * @param label for people: "lmh-lmh 0.7, seed 0"
 * @param method of pruning: "mask training"
 * @param traits what tells runs apart, in {@link MaskTraits}' terms, each with a value that is equal for equal runs
 * @param file its mask
 */
public record MaskRun(ArtifactKey key, String label, String method, Map<String, String> traits, Path file) {
    private static final String MASK = "mask.safetensors";

    public MaskRun {
        traits = Map.copyOf(traits);
    }

    /**
     * Opens a run's mask.
     *
     * @throws InvalidInputException when there is no such artifact or it is not a result of stage 2
     */
    public static MaskRun open(ArtifactRepository artifacts, ArtifactKey key) {
        PruneSpec prune = spec(artifacts, key);
        Optional<TrainSpec> stage1 = stage1(artifacts, prune);
        Artifact artifact = artifacts.open(key);
        return new MaskRun(
                key,
                MaskTraits.label(prune, stage1),
                MaskTraits.words(prune.getMethod()),
                MaskTraits.of(prune, stage1),
                artifact.file(MASK));
    }

    /**
     * Key, in hexadecimal digits, of the model that the mask was found in; empty when its stage 1 is no longer in the store.
     *
     * @throws InvalidInputException as {@link #open}
     */
    public static Optional<String> model(ArtifactRepository artifacts, ArtifactKey key) {
        return stage1(artifacts, spec(artifacts, key)).map(TrainSpec::getModelKey);
    }

    /** Key, in hexadecimal digits, of the dataset on which the mask was found. @throws InvalidInputException as {@link #open} */
    public static String dataset(ArtifactRepository artifacts, ArtifactKey key) {
        return spec(artifacts, key).getDatasetKey();
    }

    private static PruneSpec spec(ArtifactRepository artifacts, ArtifactKey key) {
        Manifest manifest = artifacts.require(key);
        if (manifest.getSpec().getWorkCase() != TaskSpec.WorkCase.PRUNE) {
            throw new InvalidInputException(
                    "Artifact " + key + " is not the result of stage 2, which alone has a mask",
                    "Give keys of prune tasks; 'crvqa plan' and 'crvqa watch' print them.");
        }
        return manifest.getSpec().getPrune();
    }

    // Only for the label and to choose: the mask is whole without what it was found in.
    private static Optional<TrainSpec> stage1(ArtifactRepository artifacts, PruneSpec prune) {
        return artifacts
                .find(new ArtifactKey(prune.getStage1Key()))
                .map(found -> found.getSpec().getTrain());
    }

    MaskRun withLabel(String other) {
        return new MaskRun(key, other, method, traits, file);
    }

    MaskFile maskFile() {
        return new MaskFile(label + " (" + key.abbreviated() + ")", file);
    }
}
