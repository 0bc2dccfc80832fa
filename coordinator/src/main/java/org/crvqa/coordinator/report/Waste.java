package org.crvqa.coordinator.report;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.dispatch.EndedAttempt;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.LostTime;

/**
 * Sums device time over plans, each task once: spent on what exists, saved because several runs use one task, saved by
 * going on from states, and lost by cause. What coordinators did not see (they were down when an attempt ended) is in no
 * sum. Not thread-safe.
 */
public final class Waste {
    private final Function<ArtifactKey, Optional<Manifest>> manifests;
    private final Function<ArtifactKey, List<EndedAttempt>> attempts;
    /** How many runs use each task. */
    private final Map<ArtifactKey, Integer> uses = new LinkedHashMap<>();

    private final GetWasteResponse.Builder sum = GetWasteResponse.newBuilder();
    private final Map<String, LostTime.Builder> lost = new LinkedHashMap<>();

    /** Both functions ask the store. */
    public Waste(
            Function<ArtifactKey, Optional<Manifest>> manifests, Function<ArtifactKey, List<EndedAttempt>> attempts) {
        this.manifests = manifests;
        this.attempts = attempts;
    }

    /** Adds an experiment's tasks. */
    public void add(Plan plan) {
        plan.tasks().forEach(task -> uses.merge(task.key(), task.usedByRuns(), Integer::sum));
    }

    /** To be called once, after all plans were added. */
    public GetWasteResponse sum() {
        uses.forEach(this::add);
        sum.setTasks(uses.size());
        lost.values().stream()
                .sorted((a, b) -> Double.compare(b.getSeconds(), a.getSeconds()))
                .forEach(sum::addLost);
        return sum.build();
    }

    private void add(ArtifactKey key, int runs) {
        Optional<Producer> producer = manifests.apply(key).map(Manifest::getProducer);
        List<EndedAttempt> all = attempts.apply(key);
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
