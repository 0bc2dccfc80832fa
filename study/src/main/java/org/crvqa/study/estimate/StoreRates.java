package org.crvqa.study.estimate;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.report.DeviceTime;

/**
 * How long the store's finished tasks took: all that their workers did between taking them and having a result, start-up
 * and evaluations of selections included. Tasks count whose dataset and {@link WorkProfile} are those that are asked for,
 * and of these the ones on the kind of device that finished the latest. Not thread-safe.
 */
final class StoreRates {
    /** A mean of so many tells as much as one of all, and costs fewer reads of the store. */
    private static final int MOST_TASKS = 20;

    private final ArtifactKey datasetKey;
    private final DatasetSummary dataset;
    private final Function<ArtifactKey, Optional<Manifest>> manifests;
    private final Map<WorkProfile, Map<ArtifactKey, Sample>> samples = new HashMap<>();

    /** {@code manifests} asks the store. */
    StoreRates(ArtifactKey datasetKey, DatasetSummary dataset, Function<ArtifactKey, Optional<Manifest>> manifests) {
        this.datasetKey = datasetKey;
        this.dataset = dataset;
        this.manifests = manifests;
    }

    /**
     * A finished task.
     *
     * @param units steps, questions or 1 task that the attempt did which finished it
     */
    private record Sample(ArtifactKey key, double seconds, long units, Producer producer) {
        String device() {
            return Devices.words(Devices.type(producer.getDevice()), producer.getThreads());
        }
    }

    /** Looks at the tasks of a plan for those that tell how long {@code wanted} work takes. */
    void add(Plan plan, Set<WorkProfile> wanted) {
        Efforts.of(plan, datasetKey, dataset).forEach((key, effort) -> {
            Map<ArtifactKey, Sample> found =
                    samples.computeIfAbsent(effort.profile(), profile -> new LinkedHashMap<>());
            if (wanted.contains(effort.profile()) && found.size() < MOST_TASKS && !found.containsKey(key)) {
                manifests.apply(key).flatMap(done -> sample(key, effort, done)).ifPresent(one -> found.put(key, one));
            }
        });
    }

    /** Steps that were taken over from a saved state are not in the time of the attempt that finished. */
    private static Optional<Sample> sample(ArtifactKey key, Effort effort, Manifest manifest) {
        double seconds = DeviceTime.seconds(manifest.getProducer());
        long units = effort.units() - manifest.getProducer().getResumedStep();
        return seconds > 0 && units > 0
                ? Optional.of(new Sample(key, seconds, units, manifest.getProducer()))
                : Optional.empty();
    }

    Optional<Rate> find(WorkProfile profile) {
        Map<ArtifactKey, Sample> all = samples.getOrDefault(profile, Map.of());
        return all.values().stream()
                .max(Comparator.comparingLong((Sample sample) ->
                                sample.producer().getFinished().getSeconds())
                        .thenComparing(sample -> sample.key().hex()))
                .map(latest -> rate(
                        profile,
                        all.values().stream()
                                .filter(sample -> sample.device().equals(latest.device()))
                                .toList()));
    }

    private static Rate rate(WorkProfile profile, List<Sample> tasks) {
        double each = tasks.stream().mapToDouble(Sample::seconds).sum()
                / tasks.stream().mapToLong(Sample::units).sum();
        boolean evaluates = !profile.trains() && profile.method().isEmpty();
        String speed = profile.trains()
                ? String.format(Locale.ROOT, "%.4g s a step of %d", each, profile.batchSize())
                : evaluates
                        ? String.format(Locale.ROOT, "%.4g questions a second", 1 / each)
                        : String.format(Locale.ROOT, "%.4g s a task", each);
        String keys = tasks.stream().map(task -> task.key().abbreviated()).collect(Collectors.joining(", "));
        String words = speed + " with start-up, in " + tasks.size() + (tasks.size() == 1 ? " task" : " tasks")
                + " of this store on " + tasks.get(0).device() + ": " + keys;
        return new Rate(
                profile.trains() ? each : 0,
                evaluates ? each : 0,
                profile.trains() || evaluates ? 0 : each,
                Devices.type(tasks.get(0).producer().getDevice()),
                words,
                List.of(),
                tasks.stream().map(Sample::key).toList());
    }
}
