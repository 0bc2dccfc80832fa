package org.crvqa.coordinator.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.fleet.Membership;
import org.crvqa.coordinator.scale.Pools;

/**
 * The cluster that this coordinator runs in. The address of the API server and the credentials are those that Kubernetes gives
 * every pod with a service account.
 */
public final class KubeFleet implements AutoCloseable {
    private static final int REQUEST_MILLIS = 5_000;

    private final KubernetesClient client;
    private final SliceMembership membership;
    private final KubePools pools;
    private final Optional<LeaderLabel> label;

    /** Closes {@code client} with itself. @param pod the coordinator's own; without it no label is written */
    KubeFleet(KubernetesClient client, String namespace, Optional<String> pod) {
        this.client = client;
        this.membership = new SliceMembership(client, namespace);
        this.pools = new KubePools(client, namespace);
        this.label = pod.map(name -> new LeaderLabel(client, namespace, name));
        label.ifPresent(LeaderLabel::start);
    }

    /**
     * With CRVQA_KUBE_NAMESPACE (the pod's own) and CRVQA_POD_NAME (none: then no pod is labelled). Asks nobody anything yet
     * but to take the label off.
     *
     * @throws InvalidInputException when this is no pod, and no namespace is given
     */
    public static KubeFleet open(Map<String, String> environment) {
        Config config = new ConfigBuilder()
                .withConnectionTimeout(REQUEST_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                // Everybody here tries again at their own pace.
                .withRequestRetryBackoffLimit(0)
                .build();
        String namespace = text(environment, "CRVQA_KUBE_NAMESPACE")
                .or(() -> Optional.ofNullable(config.getNamespace()))
                .orElseThrow(() -> new InvalidInputException(
                        "It is not known in which namespace the workers are",
                        "Run the coordinator as a pod with a service account whose token is mounted, set"
                                + " CRVQA_KUBE_NAMESPACE, or list the workers (CRVQA_MEMBERSHIP=static)."));
        return new KubeFleet(
                new KubernetesClientBuilder().withConfig(config).build(),
                namespace,
                text(environment, "CRVQA_POD_NAME"));
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.of(environment.getOrDefault(name, "").strip()).filter(text -> !text.isEmpty());
    }

    /** The pods of the services for workers. */
    public Membership membership() {
        return membership;
    }

    /** What keeps them. */
    public Pools pools() {
        return pools;
    }

    /** Says on the coordinator's pod, where its name is known, whether it leads. Returns at once. */
    public void leads(boolean leads) {
        label.ifPresent(sign -> sign.show(leads));
    }

    @Override
    public void close() {
        label.ifPresent(LeaderLabel::close);
        membership.close();
        pools.close();
        client.close();
    }
}
