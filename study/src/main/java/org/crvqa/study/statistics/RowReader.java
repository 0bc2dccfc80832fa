package org.crvqa.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.coordinator.v1.RunScore;

/** Reads accuracies of single questions of the runs behind a cell of a report. */
public final class RowReader {
    private final ArtifactRepository artifacts;

    /** @param artifacts of the store where the evaluations lie */
    public RowReader(ArtifactRepository artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * The accuracies of a cell, or empty where one of its evaluations kept none.
     *
     * <p>What is resampled as a seed is the seed of stage 1, with the mean over the runs that start from it, so that a dense
     * model and the subnetworks found in it are a pair. Where all runs share one seed of stage 1, it is the run.
     *
     * @param runs at least one
     * @throws ArtifactCorruptException when an evaluation's file is damaged, or runs answered other questions
     */
    public Optional<RowScores> read(List<RunScore> runs, String split) {
        boolean byRun = runs.stream().map(RunScore::getSeed).distinct().count() < 2;
        Map<String, List<PredictionScores>> bySeed = new LinkedHashMap<>();
        for (RunScore run : runs) {
            Optional<PredictionScores> scores = PredictionScores.read(artifacts, new ArtifactKey(run.getKey()), split);
            if (scores.isEmpty()) {
                return Optional.empty();
            }
            bySeed.computeIfAbsent(name(run, byRun), name -> new ArrayList<>()).add(scores.get());
        }
        long[] questions = bySeed.values().iterator().next().get(0).questions();
        List<float[]> accuracies = new ArrayList<>();
        for (List<PredictionScores> members : bySeed.values()) {
            accuracies.add(mean(members, questions, runs));
        }
        return Optional.of(RowScores.sorted(questions, List.copyOf(bySeed.keySet()), accuracies));
    }

    private static String name(RunScore run, boolean byRun) {
        StringBuilder name = new StringBuilder(Long.toUnsignedString(run.getSeed()));
        if (byRun && run.hasStage2Seed()) {
            name.append('-').append(Long.toUnsignedString(run.getStage2Seed()));
        }
        if (byRun && run.hasStage3Seed()) {
            name.append('-').append(Long.toUnsignedString(run.getStage3Seed()));
        }
        return name.toString();
    }

    private static float[] mean(List<PredictionScores> members, long[] questions, List<RunScore> runs) {
        float[] mean = new float[questions.length];
        for (PredictionScores member : members) {
            if (!Arrays.equals(member.questions(), questions)) {
                throw new ArtifactCorruptException("The evaluations "
                        + runs.stream().map(RunScore::getKey).toList() + " of one row answered other questions");
            }
            for (int i = 0; i < mean.length; i++) {
                mean[i] += member.accuracies()[i] / members.size();
            }
        }
        return mean;
    }
}
