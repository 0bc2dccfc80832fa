package org.crvqa.coordinator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderLabelTest {
    private static final String POD = "coordinator-0";

    private final KubeServer server = new KubeServer();
    private final KubernetesClient admin = server.admin();
    private final KubernetesClient client = server.client();
    private final LeaderLabel label = new LeaderLabel(client, KubeServer.NAMESPACE, POD);

    @BeforeEach
    void make() {
        Workloads.createPod(admin, POD);
    }

    @AfterEach
    void close() {
        label.close();
        client.close();
        admin.close();
        server.close();
    }

    @Test
    void show_leadsAndLeadsNoMore_setsAndTakesOffTheLabel() {
        label.start();
        label.show(true);
        Await.until(() -> leader().equals(Optional.of("true")));
        assertThat(labels()).containsEntry("app.kubernetes.io/name", POD);
        label.show(false);
        Await.until(() -> leader().isEmpty());
    }

    /** A process that was killed while it led is started again in the same pod. */
    @Test
    void start_labelIsStillThere_takesItOff() {
        new PodPatch(admin, KubeServer.NAMESPACE).label(POD, Labels.LEADER, Optional.of("true"));
        assertThat(leader()).hasValue("true");
        label.start();
        Await.until(() -> leader().isEmpty());
    }

    @Test
    void show_serverIsAway_isDoneWhenItIsBack() {
        label.start();
        server.leave();
        label.show(true);
        int asked = server.asked().size();
        Await.until(() -> server.asked().size() > asked + 1);
        server.comeBack();
        Await.until(() -> leader().equals(Optional.of("true")));
    }

    @Test
    void close_whileItLeads_takesTheLabelOff() {
        label.start();
        label.show(true);
        Await.until(() -> leader().isPresent());
        label.close();
        assertThat(leader()).isEmpty();
        label.show(true);
        assertThat(leader()).isEmpty();
    }

    private Optional<String> leader() {
        return Optional.ofNullable(labels().get(Labels.LEADER));
    }

    private Map<String, String> labels() {
        return Workloads.pod(admin, POD).map(Pod::getMetadata).orElseThrow().getLabels();
    }
}
