package org.crvqa.cli.predictions;

import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.study.predictions.Predictions;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.vqa.data.AskedQuestions;

/**
 * What one evaluation answered to the questions of a split.
 *
 * @param label for people: "lmh-lmh 0.7, seed 0"
 */
public record Answered(String label, ArtifactKey key, ArtifactKey dataset, Predictions predictions) {
    private static final String OFFICIAL = "predictions-%s.json";

    /**
     * Reads an evaluation's answers.
     *
     * @param split empty for the only one that was evaluated
     * @throws InvalidInputException when the artifact is no evaluation, did not score this split, or is of a release that
     *     kept no probabilities
     */
    public static Answered read(ArtifactRepository artifacts, ArtifactKey key, String label, Optional<String> split) {
        Manifest manifest = artifacts.require(key);
        if (!manifest.getSpec().hasEvaluate()) {
            throw new InvalidInputException(
                    "Artifact " + key.abbreviated() + " is no evaluation",
                    "'crvqa report EXPERIMENT --output json' names the keys of evaluations.");
        }
        EvaluateSpec spec = manifest.getSpec().getEvaluate();
        String name = split(spec, label, split);
        if (!has(manifest, Predictions.fileName(name))) {
            throw without(manifest, key, label, name);
        }
        Predictions found = Predictions.read(artifacts.open(key, Predictions.fileName(name)));
        if (!found.split().equals(name)) {
            throw new ArtifactCorruptException(
                    Predictions.fileName(name) + " of artifact " + key + " says that it is of split " + found.split());
        }
        return new Answered(label, key, new ArtifactKey(spec.getDatasetKey()), found);
    }

    private static String split(EvaluateSpec spec, String label, Optional<String> wanted) {
        List<String> splits =
                spec.getSplitsList().stream().map(SplitSelection::getName).toList();
        if (wanted.isEmpty()) {
            if (splits.size() != 1) {
                throw new InvalidInputException(
                        "The evaluation of " + label + " has " + splits.size() + " splits",
                        "Name one with --split: " + String.join(", ", splits) + ".");
            }
            return splits.get(0);
        }
        if (!splits.contains(wanted.get())) {
            throw new InvalidInputException(
                    "Split '" + wanted.get() + "' was not evaluated for " + label,
                    ReportedRun.meant(wanted.get(), splits) + " Subsets of a split are chosen by --subset.");
        }
        return wanted.get();
    }

    private static InvalidInputException without(Manifest manifest, ArtifactKey key, String label, String split) {
        String official = OFFICIAL.formatted(split);
        return new InvalidInputException(
                "The evaluation of " + label + " (" + key.abbreviated()
                        + ") was made by a release that kept no probabilities of answers",
                (has(manifest, official)
                                ? "Its answers alone stand in " + official + " of artifacts/" + key + " in the store. "
                                : "")
                        + "To have more, submit the experiment to a new store, or evaluate the same checkpoints with another"
                        + " setting, such as max_questions.");
    }

    private static boolean has(Manifest manifest, String file) {
        return manifest.getFilesList().stream().map(FileEntry::getName).anyMatch(file::equals);
    }

    /** The questions that were answered. @throws ArtifactCorruptException when the dataset lacks one of them */
    AskedQuestions questions(ArtifactRepository artifacts) {
        return AskedQuestions.read(predictions.split(), name -> artifacts.open(dataset, name));
    }
}
