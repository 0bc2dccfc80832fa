package org.crvqa.coordinator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.Map;
import org.crvqa.coordinator.scale.Mark;
import org.crvqa.coordinator.scale.PoolException;
import org.crvqa.coordinator.scale.PoolName;
import org.crvqa.coordinator.scale.PoolName.Controller;
import org.crvqa.coordinator.scale.Pools;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubePoolsTest {
    private static final PoolName DEPLOYMENT = new PoolName(Controller.DEPLOYMENT, "trainer");
    private static final PoolName STATEFUL_SET = new PoolName(Controller.STATEFULSET, "pruner");

    private final KubeServer server = new KubeServer();
    private final KubernetesClient admin = server.admin();
    private final KubernetesClient client = server.client();
    private final KubePools pools = new KubePools(client, KubeServer.NAMESPACE);

    @BeforeEach
    void make() {
        Workloads.createDeployment(admin, "trainer", 2);
        Workloads.createStatefulSet(admin, "pruner", 3);
    }

    @AfterEach
    void close() {
        pools.close();
        client.close();
        admin.close();
        server.close();
    }

    @Test
    void resize_deploymentAndStatefulSet_changesTheirReplicasAlone() {
        Pools.Size two = pools.size(DEPLOYMENT).orElseThrow();
        assertThat(two.workers()).isEqualTo(2);
        pools.resize(DEPLOYMENT, two, 5);
        assertThat(pools.size(DEPLOYMENT).orElseThrow().workers()).isEqualTo(5);
        assertThat(Workloads.deployment(admin, "trainer")
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .containsEntry("app.kubernetes.io/name", "trainer");

        pools.resize(STATEFUL_SET, pools.size(STATEFUL_SET).orElseThrow(), 4);
        assertThat(pools.size(STATEFUL_SET).orElseThrow().workers()).isEqualTo(4);
    }

    @Test
    void resize_somebodyElseHasChangedIt_isRefused() {
        Pools.Size seen = pools.size(DEPLOYMENT).orElseThrow();
        pools.resize(DEPLOYMENT, seen, 7);
        assertThatThrownBy(() -> pools.resize(DEPLOYMENT, seen, 1))
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("The scale of deployment/trainer cannot be set to 1")
                .hasMessageContaining("Conflict");
        assertThat(pools.size(DEPLOYMENT).orElseThrow().workers()).isEqualTo(7);
    }

    @Test
    void size_noSuchPool_isEmpty() {
        assertThat(pools.size(new PoolName(Controller.DEPLOYMENT, "absent"))).isEmpty();
    }

    @Test
    void size_serverIsAway_saysSo() {
        server.leave();
        assertThatThrownBy(() -> pools.size(DEPLOYMENT))
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("The scale of deployment/trainer cannot be read");
    }

    @Test
    void mark_pods_setsTheCostOfTheirDeletionAndNothingElse() {
        Workloads.createPod(admin, "busy");
        Workloads.createPod(admin, "idle");

        assertThat(pools.mark(Map.of("busy", Mark.KEEP, "idle", Mark.FIRST_TO_GO, "gone", Mark.FIRST_TO_GO)))
                .containsExactlyInAnyOrder("busy", "idle", "gone");

        assertThat(cost("idle")).isNegative();
        assertThat(cost("busy")).isPositive();
        Pod pod = Workloads.pod(admin, "busy").orElseThrow();
        assertThat(pod.getMetadata().getLabels()).containsEntry("app.kubernetes.io/name", "busy");
        assertThat(server.asked()).allMatch(line -> line.startsWith("PATCH "));
    }

    @Test
    void mark_someAreRefused_tellsThoseThatWereNot() {
        Map<String, Mark> marks = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            Workloads.createPod(admin, "pod-" + i);
            marks.put("pod-" + i, Mark.KEEP);
        }
        server.allow(access -> !access.name().endsWith("7"));
        assertThat(pools.mark(marks)).hasSize(36).doesNotContain("pod-7", "pod-17", "pod-27", "pod-37");
    }

    private int cost(String pod) {
        return Integer.parseInt(Workloads.pod(admin, pod)
                .orElseThrow()
                .getMetadata()
                .getAnnotations()
                .get("controller.kubernetes.io/pod-deletion-cost"));
    }
}
