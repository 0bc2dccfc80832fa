package org.crvqa.cli.history;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.artifact.v1.TrainingHistory;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;

/**
 * A training task that is done, with what it measured.
 *
 * @param label for people, with its seed
 * @param group the label without the seed: runs of one group differ by their seeds only
 */
public record TrainingRun(ArtifactKey key, String label, String group, Manifest manifest, TrainingHistory history) {
    private static final String FILE = "history.binpb";
    /** Of names of metrics: what most people look for first. */
    public static final Comparator<String> ORDER =
            Comparator.comparingInt(TrainingRun::rank).thenComparing(Comparator.naturalOrder());

    private static final List<String> FIRST = List.of("loss", "accuracy", "zeros", "gradient_norm", "learning_rate");

    /**
     * Reads a run; empty where the task trained nothing or was done by a release that kept no history.
     *
     * @throws InvalidInputException when there is no such artifact
     * @throws ArtifactCorruptException when its history is damaged
     */
    public static Optional<TrainingRun> read(ArtifactRepository artifacts, ArtifactKey key, String label) {
        Manifest manifest = artifacts.require(key);
        if (manifest.getFilesList().stream().map(FileEntry::getName).noneMatch(FILE::equals)) {
            return Optional.empty();
        }
        Artifact artifact = artifacts.open(key);
        Path file = artifact.file(FILE);
        try {
            TrainingHistory history = TrainingHistory.parseFrom(Files.readAllBytes(file));
            for (MetricSeries series : history.getSeriesList()) {
                if (series.getStepCount() != series.getValueCount()) {
                    throw new ArtifactCorruptException(file + ": " + series.getName() + " has " + series.getStepCount()
                            + " steps and " + series.getValueCount() + " values");
                }
            }
            return Optional.of(new TrainingRun(key, label, withoutSeed(label), manifest, history));
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException(file + " is not a history of a training: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /** Names of what was measured, by {@link #ORDER}. */
    public List<String> metrics() {
        return history.getSeriesList().stream()
                .filter(series -> series.getStepCount() > 0)
                .map(MetricSeries::getName)
                .sorted(ORDER)
                .toList();
    }

    private static int rank(String metric) {
        int rank = FIRST.indexOf(metric.replaceFirst("/.*", ""));
        return rank < 0 ? FIRST.size() : rank;
    }

    /** The measurements of this name. */
    public Optional<MetricSeries> series(String metric) {
        return history.getSeriesList().stream()
                .filter(series -> series.getName().equals(metric) && series.getStepCount() > 0)
                .findFirst();
    }

    /** Epochs after so many steps. */
    double epoch(int step) {
        return history.getStepsPerEpoch() == 0 ? 0 : step / (double) history.getStepsPerEpoch();
    }

    private static String withoutSeed(String label) {
        return label.replaceFirst(", seeds? [0-9/-]+$", "");
    }
}
