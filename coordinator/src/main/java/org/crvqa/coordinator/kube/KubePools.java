package org.crvqa.coordinator.kube;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Scalable;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.crvqa.coordinator.scale.Mark;
import org.crvqa.coordinator.scale.PoolException;
import org.crvqa.coordinator.scale.PoolName;
import org.crvqa.coordinator.scale.Pools;
import org.crvqa.study.threads.Threads;
import org.jboss.logging.Logger;

/** Pools as the {@code scale} of deployments and stateful sets, marks as an annotation of pods. Thread-safe. */
final class KubePools implements Pools, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KubePools.class);
    private static final int MARKED_AT_ONCE = 8;

    /** Pods without the annotation have 0. */
    private static final int COST_FIRST_TO_GO = -1000;

    private static final int COST_KEEP = 1000;

    private final KubernetesClient client;
    private final String namespace;
    private final PodPatch pods;
    private final ExecutorService marking = Executors.newFixedThreadPool(MARKED_AT_ONCE, Threads.named("mark"));

    /** The client stays the caller's to close. */
    KubePools(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        this.pods = new PodPatch(client, namespace);
    }

    @Override
    public Optional<Size> size(PoolName pool) {
        return read(pool)
                .map(scale -> new Size(
                        Optional.ofNullable(scale.getSpec().getReplicas()).orElse(0),
                        scale.getMetadata().getResourceVersion()));
    }

    private Optional<Scale> read(PoolName pool) {
        try {
            return Optional.ofNullable(scalable(pool).scale());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw new PoolException("The scale of " + pool + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void resize(PoolName pool, Size from, int to) {
        Scale scale = new Scale();
        scale.setMetadata(new ObjectMetaBuilder()
                .withName(pool.name())
                .withNamespace(namespace)
                .withResourceVersion(from.version())
                .build());
        scale.setSpec(new ScaleSpec(to));
        try {
            scalable(pool).scale(scale);
        } catch (KubernetesClientException e) {
            throw new PoolException("The scale of " + pool + " cannot be set to " + to + ": " + e.getMessage(), e);
        }
    }

    private Scalable<?> scalable(PoolName pool) {
        return switch (pool.controller()) {
            case DEPLOYMENT ->
                client.apps().deployments().inNamespace(namespace).withName(pool.name());
            case STATEFULSET ->
                client.apps().statefulSets().inNamespace(namespace).withName(pool.name());
        };
    }

    @Override
    public Set<String> mark(Map<String, Mark> marks) {
        Set<String> confirmed = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> all = marks.entrySet().stream()
                .map(mark -> CompletableFuture.runAsync(
                        () -> {
                            if (mark(mark.getKey(), mark.getValue())) {
                                confirmed.add(mark.getKey());
                            }
                        },
                        marking))
                .toList();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        return confirmed;
    }

    private boolean mark(String pod, Mark mark) {
        int cost = switch (mark) {
            case FIRST_TO_GO -> COST_FIRST_TO_GO;
            case KEEP -> COST_KEEP;
        };
        try {
            // One that is gone needs no mark.
            pods.annotate(pod, Labels.DELETION_COST, Integer.toString(cost));
            return true;
        } catch (KubernetesClientException e) {
            LOG.warnf("Pod %s is not marked, which is tried again: %s", pod, e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        marking.shutdownNow();
    }
}
