package org.crvqa.cli.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A cluster of one machine.
 *
 * @param home where the packaged services are
 * @param folder logs, caches and the state file go here
 * @param store location of the object store, {@code file:///dir} or {@code s3://bucket/prefix}
 * @param trainers processes of this kind, at least 1
 * @param pruners processes of this kind, at least 1
 * @param evaluators processes of this kind, at least 1
 * @param gpus what the workers compute on, each process on one of them; empty: on the CPU
 * @param environment further variables of every process, such as CRVQA_S3_ENDPOINT
 * @param startTimeout until every service must be ready
 */
public record ClusterSettings(
        Path home,
        Path folder,
        String store,
        int trainers,
        int pruners,
        int evaluators,
        List<GpuDevice> gpus,
        Map<String, String> environment,
        Duration startTimeout) {
    private static final Duration USUAL_START_TIMEOUT = Duration.ofMinutes(2);

    /** Several processes at once load gigabytes of libraries, and each tests its GPU before it takes work. */
    private static final Duration GPU_START_TIMEOUT = Duration.ofMinutes(10);

    public ClusterSettings {
        folder = folder.toAbsolutePath().normalize();
        gpus = List.copyOf(gpus);
        environment = Map.copyOf(environment);
        if (trainers < 1 || pruners < 1 || evaluators < 1) {
            throw new IllegalArgumentException("A cluster needs at least one worker of each kind");
        }
    }

    /** As many workers as this machine's cores can feed, over a store in the cluster's own folder, on the CPU. */
    public static ClusterSettings of(Path home, Path folder) {
        return new ClusterSettings(
                home, folder, storeIn(folder), usualTrainers(), 1, 1, List.of(), Map.of(), USUAL_START_TIMEOUT);
    }

    /** With another store. */
    public ClusterSettings withStore(String newStore) {
        return new ClusterSettings(
                home, folder, newStore, trainers, pruners, evaluators, gpus, environment, startTimeout);
    }

    /** With so many workers. */
    public ClusterSettings withWorkers(int newTrainers, int newPruners, int newEvaluators) {
        return new ClusterSettings(
                home, folder, store, newTrainers, newPruners, newEvaluators, gpus, environment, startTimeout);
    }

    /** With the workers on these GPUs, and the time that they then need to start; none: as it is. */
    public ClusterSettings withGpus(List<GpuDevice> newGpus) {
        return new ClusterSettings(
                home,
                folder,
                store,
                trainers,
                pruners,
                evaluators,
                newGpus,
                environment,
                newGpus.isEmpty() ? startTimeout : GPU_START_TIMEOUT);
    }

    /** With these variables added. */
    public ClusterSettings withEnvironment(Map<String, String> newEnvironment) {
        return new ClusterSettings(
                home, folder, store, trainers, pruners, evaluators, gpus, newEnvironment, startTimeout);
    }

    /** Two where there are two cores: training is most of the work. */
    public static int usualTrainers() {
        return Runtime.getRuntime().availableProcessors() >= 2 ? 2 : 1;
    }

    /** The location of the store inside a cluster's folder. */
    public static String storeIn(Path folder) {
        String uri =
                folder.toAbsolutePath().normalize().resolve("store").toUri().toString();
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }
}
