package org.crvqa.coordinator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.ListWorkersRequest;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.study.StoreFixture;
import org.crvqa.task.v1.WorkerKind;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole process, beside a mock API server. */
@QuarkusTest
@TestProfile(KubernetesProcessTest.InACluster.class)
class KubernetesProcessTest {
    private static final String POD = "coordinator-0";
    private static final String ADDRESS = "crvqa.test.kubernetes";

    public static final class InACluster implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Cluster.class));
        }
    }

    /** A namespace with a coordinator's pod, one trainer that nobody hears of any more, and three pools. */
    public static final class Cluster implements QuarkusTestResourceLifecycleManager {
        private final KubeServer server = new KubeServer();

        @Override
        public Map<String, String> start() {
            server.allow(Rights.ofTheCoordinator()::allow);
            try (KubernetesClient admin = server.admin()) {
                Workloads.createPod(admin, POD);
                List.of("trainer", "pruner", "evaluator").forEach(name -> Workloads.createDeployment(admin, name, 1));
                admin.discovery()
                        .v1()
                        .endpointSlices()
                        .inNamespace(KubeServer.NAMESPACE)
                        .resource(Slices.slice("trainer-a", "trainer", 1, Slices.pod("trainer-a-x", "127.0.0.1")))
                        .create();
            }
            System.setProperty("kubernetes.master", server.address());
            Map<String, String> environment = new HashMap<>(Map.of(
                    "CRVQA_MEMBERSHIP",
                    "kubernetes",
                    "CRVQA_KUBE_NAMESPACE",
                    KubeServer.NAMESPACE,
                    "CRVQA_POD_NAME",
                    POD,
                    "CRVQA_SCALE",
                    "on",
                    "CRVQA_SCALE_UP_SECONDS",
                    "0",
                    "CRVQA_SCALE_TRAINER_MIN",
                    "3",
                    "CRVQA_SCALE_TRAINER_MAX",
                    "5",
                    "CRVQA_SCALE_LEAVE_ALONE",
                    "pruner,evaluator",
                    ADDRESS,
                    server.address()));
            environment.putAll(store());
            return environment;
        }

        private static Map<String, String> store() {
            try {
                Path folder = Files.createTempDirectory("kubernetes-process");
                new StoreFixture(folder).close();
                return Map.of(
                        "CRVQA_STORE", folder.resolve("store").toUri().toString(),
                        "CRVQA_CACHE", folder.resolve("cache").toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            System.clearProperty("kubernetes.master");
            server.close();
        }
    }

    @ConfigProperty(name = "quarkus.grpc.server.port")
    int port;

    @ConfigProperty(name = ADDRESS)
    String kubernetes;

    private ManagedChannel channel;
    private KubernetesClient admin;

    @BeforeEach
    void connect() {
        channel = Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
                .build();
        admin = KubeServer.client(kubernetes, true);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
        admin.close();
    }

    @Test
    void process_inACluster_findsWorkersScalesPoolsAndSaysThatItLeads() {
        Await.until(() -> workers().size() == 1);
        WorkerStatus worker = workers().get(0);
        assertThat(worker.getPod()).isEqualTo("trainer-a-x");
        assertThat(worker.getAddress()).isEqualTo("127.0.0.1:1");
        assertThat(worker.getKind()).isEqualTo(WorkerKind.WORKER_KIND_TRAINER);

        Await.until(() -> replicas("trainer") == 3);
        assertThat(replicas("pruner")).isEqualTo(1);
        Await.until(() -> Workloads.pod(admin, POD)
                .map(Pod::getMetadata)
                .filter(meta -> "true".equals(meta.getLabels().get(Labels.LEADER)))
                .isPresent());
    }

    private List<WorkerStatus> workers() {
        try {
            return CoordinatorServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .listWorkers(ListWorkersRequest.getDefaultInstance())
                    .getWorkersList();
        } catch (StatusRuntimeException e) {
            // It does not lead yet.
            return List.of();
        }
    }

    private int replicas(String deployment) {
        return Workloads.deployment(admin, deployment).getSpec().getReplicas();
    }
}
