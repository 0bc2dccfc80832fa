package org.crvqa.coordinator.kube;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** Deployments, stateful sets and pods of a made-up cluster. */
final class Workloads {
    private static final String NAME = "app.kubernetes.io/name";

    private Workloads() {}

    static void createDeployment(KubernetesClient admin, String name, int replicas) {
        admin.apps()
                .deployments()
                .inNamespace(KubeServer.NAMESPACE)
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withNewSelector()
                        .addToMatchLabels(NAME, name)
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
    }

    static Deployment deployment(KubernetesClient admin, String name) {
        return admin.apps()
                .deployments()
                .inNamespace(KubeServer.NAMESPACE)
                .withName(name)
                .get();
    }

    static void createStatefulSet(KubernetesClient admin, String name, int replicas) {
        admin.apps()
                .statefulSets()
                .inNamespace(KubeServer.NAMESPACE)
                .resource(new StatefulSetBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .endSpec()
                        .build())
                .create();
    }

    static void createPod(KubernetesClient admin, String name) {
        admin.pods()
                .inNamespace(KubeServer.NAMESPACE)
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels(NAME, name)
                        .endMetadata()
                        .build())
                .create();
    }

    static Optional<Pod> pod(KubernetesClient admin, String name) {
        return Optional.ofNullable(
                admin.pods().inNamespace(KubeServer.NAMESPACE).withName(name).get());
    }
}
