package org.crvqa.study.report;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.LostTime;
import org.crvqa.study.plan.Plan;

/**
 * Sums device time over plans, each task once: spent on what exists, saved because several runs use one task, saved by
 * going on from states, and lost by cause. What coordinators did not see (they were down when an attempt ended) is in no
 * sum. Not thread-safe.
 */
public final class Waste {
    /** How many runs use each task. */
    private final Map<ArtifactKey, Integer> uses = new LinkedHashMap<>();

    private final GetWasteResponse.Builder sum = GetWasteResponse.newBuilder();
    private final Map<String, LostTime.Builder> lost = new LinkedHashMap<>();

    /**
     * What the store says of a task.
     *
     * @param producer of its artifact, when there is one
     * @param attempts all of them
     */
    public record Found(Optional<Producer> producer, List<EndedAttempt> attempts) {
        public Found {
            attempts = List.copyOf(attempts);
        }
    }

    /** Adds an experiment's tasks. */
    public void add(Plan plan) {
        plan.tasks().forEach(task -> uses.merge(task.key(), task.usedByRuns(), Integer::sum));
    }

    /** Of all tasks that were added. */
    public Set<ArtifactKey> keys() {
        return uses.keySet();
    }

    /** To be called once, after what was found of each task was told. */
    public GetWasteResponse sum() {
        sum.setTasks(uses.size());
        lost.values().stream()
                .sorted((a, b) -> Double.compare(b.getSeconds(), a.getSeconds()))
                .forEach(sum::addLost);
        return sum.build();
    }

    /** Tells what the store says of a task that was added; once for each, after all plans were added. */
    public void found(ArtifactKey key, Found found) {
        int runs = uses.getOrDefault(key, 0);
        Optional<Producer> producer = found.producer();
        List<EndedAttempt> all = found.attempts();
        sum.setAttempts(sum.getAttempts() + all.size());
        // Where an attempt began anew after all, nothing of the ones before went into the result.
        boolean anew = producer.isPresent() && producer.get().getResumedStep() == 0;
        double kept = 0;
        for (EndedAttempt attempt : all) {
            Duration again = anew ? attempt.ran() : attempt.lost();
            kept += seconds(attempt.ran().minus(again));
            attempt.cause().ifPresent(cause -> lose(cause, again));
        }
        if (producer.isPresent()) {
            double took = DeviceTime.seconds(producer.get()) + kept;
            sum.setSpentSeconds(sum.getSpentSeconds() + took);
            sum.setSavedByResumingSeconds(sum.getSavedByResumingSeconds() + kept);
            sum.setSavedBySharingSeconds(sum.getSavedBySharingSeconds() + Math.max(0, runs - 1) * took);
        }
    }

    private void lose(String cause, Duration time) {
        LostTime.Builder entry =
                lost.computeIfAbsent(cause, word -> LostTime.newBuilder().setCause(word));
        entry.setAttempts(entry.getAttempts() + 1).setSeconds(entry.getSeconds() + seconds(time));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
