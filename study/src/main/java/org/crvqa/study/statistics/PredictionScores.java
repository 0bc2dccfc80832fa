package org.crvqa.study.statistics;

import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.study.predictions.Predictions;

/**
 * What one evaluation scored on each question of a split.
 *
 * @param questions identifiers, in the order of the split
 * @param accuracies as many
 */
record PredictionScores(long[] questions, float[] accuracies) {
    /**
     * Reads them from the artifact; empty where its evaluator was of a release that did not keep them.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when there is no such artifact
     * @throws ArtifactCorruptException when the file is damaged
     */
    static Optional<PredictionScores> read(ArtifactRepository artifacts, ArtifactKey evaluation, String split) {
        String name = Predictions.fileName(split);
        if (artifacts.require(evaluation).getFilesList().stream()
                .map(FileEntry::getName)
                .noneMatch(name::equals)) {
            return Optional.empty();
        }
        Predictions read = Predictions.read(artifacts.open(evaluation, name));
        if (read.size() == 0) {
            throw new ArtifactCorruptException(name + " of " + evaluation + " has no questions");
        }
        long[] ids = new long[read.size()];
        float[] accuracies = new float[read.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = read.questionId(i);
            accuracies[i] = read.accuracy(i);
        }
        return Optional.of(new PredictionScores(ids, accuracies));
    }
}
