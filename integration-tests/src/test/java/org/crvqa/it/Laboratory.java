package org.crvqa.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.client.ExperimentWatch;
import org.crvqa.cli.demo.DemoInputs;
import org.crvqa.cli.local.ClusterListener;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.LocalCluster;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.sample.SampleOptions;

/** A store and the running services over it. Close it. */
final class Laboratory implements AutoCloseable {
    private final OpenStore store;
    private final LocalCluster cluster;
    private final CoordinatorClient client;

    private Laboratory(OpenStore store, LocalCluster cluster) {
        this.store = store;
        this.cluster = cluster;
        this.client = CoordinatorClient.of(cluster.coordinatorAddress());
    }

    /** Over a store in {@code folder}, with two trainers. */
    static Laboratory start(Path folder) throws IOException, InterruptedException {
        return start(folder, StoreSettings.of(folder.resolve("store").toUri()), Map.of());
    }

    /** Over this store; the services get {@code environment} besides. */
    static Laboratory start(Path folder, StoreSettings store, Map<String, String> environment)
            throws IOException, InterruptedException {
        OpenStore open = OpenStore.open(store, Files.createDirectories(folder.resolve("cache")));
        ClusterSettings settings = ClusterSettings.of(Installation.home(), folder.resolve("cluster"))
                .withStore(store.location().toString())
                .withWorkers(2, 1, 1)
                .withEnvironment(environment);
        try {
            return new Laboratory(open, LocalCluster.start(settings, new Log()));
        } catch (RuntimeException | InterruptedException e) {
            open.close();
            throw e;
        }
    }

    OpenStore store() {
        return store;
    }

    LocalCluster cluster() {
        return cluster;
    }

    CoordinatorClient client() {
        return client;
    }

    /** Brings a small generated dataset, "sample", and a model for it, "tiny". */
    void bringSample(Path folder, SampleOptions options) {
        new DemoInputs(store, Installation.console(), InstantSource.system()).prepare(folder, options);
    }

    /** Brings a model, "tiny", for a dataset. */
    void bringModel(DatasetSummary dataset) {
        new DemoInputs(store, Installation.console(), InstantSource.system()).prepareModel(dataset);
    }

    /** Submits and waits for the end. */
    Outcome run(String yaml, ExperimentWatch.Listener listener) throws InterruptedException {
        String id = client.submit(yaml, "experiment.yaml").getExperiment().getId();
        ExperimentSnapshot last =
                new ExperimentWatch(client, ExperimentWatch.Timing.USUAL, InstantSource.system()).follow(id, listener);
        return Outcome.of(last, client.report(id), store);
    }

    @Override
    public void close() {
        client.close();
        cluster.close();
        store.close();
    }

    private static final class Log implements ClusterListener {
        @Override
        public void ready(String service) {
            Installation.log(service + " is ready");
        }

        @Override
        public void died(String service, int exitValue, Duration restartIn) {
            Installation.log(service + " ended with " + exitValue);
        }

        @Override
        public void restarted(String service) {
            Installation.log(service + " was started again");
        }
    }
}
