package org.crvqa.study.statistics;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.SplitPredictions;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;

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
        String name = "predictions-" + split + ".binpb";
        if (artifacts.require(evaluation).getFilesList().stream()
                .map(FileEntry::getName)
                .noneMatch(name::equals)) {
            return Optional.empty();
        }
        Path file = artifacts.open(evaluation, name);
        try {
            SplitPredictions read = SplitPredictions.parseFrom(Files.readAllBytes(file));
            int questions = read.getQuestionIdsCount();
            if (questions == 0 || questions != read.getAccuraciesCount()) {
                throw new ArtifactCorruptException(
                        file + " has " + questions + " questions and " + read.getAccuraciesCount() + " accuracies");
            }
            long[] ids = new long[questions];
            float[] accuracies = new float[questions];
            for (int i = 0; i < questions; i++) {
                ids[i] = read.getQuestionIds(i);
                accuracies[i] = read.getAccuracies(i);
            }
            return Optional.of(new PredictionScores(ids, accuracies));
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException(file + " holds no predictions: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
