package org.crvqa.coordinator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.coordinator.kube.Slices.pod;
import static org.crvqa.coordinator.kube.Slices.slice;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.crvqa.coordinator.fleet.Member;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubeFleetTest {
    private static final String MASTER = "kubernetes.master";

    private final KubeServer server = new KubeServer();
    private final KubernetesClient admin = server.admin();

    @BeforeEach
    void inACluster() {
        System.setProperty(MASTER, server.address());
    }

    @AfterEach
    void close() {
        System.clearProperty(MASTER);
        admin.close();
        server.close();
    }

    @Test
    void open_inANamespaceWithAPod_findsWorkersAndLabelsIt() {
        Workloads.createPod(admin, "coordinator-0");
        admin.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(KubeServer.NAMESPACE)
                .resource(slice("trainer-a", "trainer", 9101, pod("t1", "10.0.0.1")))
                .create();
        List<Member> members = new CopyOnWriteArrayList<>();
        try (KubeFleet fleet = KubeFleet.open(
                Map.of("CRVQA_KUBE_NAMESPACE", KubeServer.NAMESPACE, "CRVQA_POD_NAME", "coordinator-0"))) {
            fleet.membership().subscribe(members::addAll);
            fleet.membership().start();
            fleet.leads(true);
            Await.until(() -> !members.isEmpty() && leader());
            assertThat(members).extracting(Member::id).containsExactly("uid-t1");
        }
        assertThat(leader()).as("label after the end").isFalse();
    }

    @Test
    void open_withoutTheNameOfThePod_labelsNothing() {
        try (KubeFleet fleet = KubeFleet.open(Map.of("CRVQA_KUBE_NAMESPACE", KubeServer.NAMESPACE))) {
            fleet.leads(true);
        }
        assertThat(server.asked()).isEmpty();
    }

    private boolean leader() {
        return Workloads.pod(admin, "coordinator-0")
                .map(Pod::getMetadata)
                .map(meta -> meta.getLabels().get(Labels.LEADER))
                .filter("true"::equals)
                .isPresent();
    }
}
