package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalClusterTest {
    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void packageFakeServices() throws Exception {
        home = folder.resolve("home");
        for (ServiceKind kind : ServiceKind.values()) {
            writeJar(kind.program(home));
        }
    }

    @Test
    void start_allReady_tellsTheCoordinatorItsWorkersAndStopsThemAll() throws Exception {
        List<ProcessHandle> handles;
        try (LocalCluster cluster = LocalCluster.start(settings(), ClusterListener.SILENT)) {
            assertThat(cluster.services())
                    .extracting(ServiceState::name)
                    .containsExactly("trainer-1", "trainer-2", "pruner", "evaluator", "coordinator");
            handles = cluster.services().stream()
                    .map(s -> ProcessHandle.of(s.pid()).orElseThrow())
                    .toList();
            assertThat(Files.readString(folder.resolve("cluster/logs/coordinator.log")))
                    .isEqualToIgnoringNewLines("trainers "
                            + cluster.services().get(0).address() + ","
                            + cluster.services().get(1).address());
        }
        assertThat(handles).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void start_workerKilledLater_isRestartedOnTheSamePorts() throws Exception {
        BlockingQueue<String> restarted = new LinkedBlockingQueue<>();
        ClusterListener listener = new ClusterListener() {
            @Override
            public void ready(String service) {}

            @Override
            public void died(String service, int exitValue, Duration restartIn) {}

            @Override
            public void restarted(String service) {
                restarted.add(service);
            }
        };
        try (LocalCluster cluster = LocalCluster.start(settings(), listener)) {
            ServiceState before = cluster.services().get(2);
            cluster.process("pruner").orElseThrow().destroyForcibly();
            assertThat(restarted.poll(30, TimeUnit.SECONDS)).isEqualTo("pruner");

            ServiceState after = cluster.services().get(2);
            assertThat(after.grpcPort()).isEqualTo(before.grpcPort());
            assertThat(after.pid()).isNotEqualTo(before.pid());
            assertThat(after.restarts()).isEqualTo(1);
        }
    }

    @Test
    void start_onGpus_eachWorkersProcessSeesOneOfThem() throws Exception {
        ClusterSettings settings = settings()
                .withGpus(List.of(
                        new GpuDevice(0, "GPU-a", "NVIDIA L4", 23034), new GpuDevice(3, "GPU-b", "NVIDIA L4", 23034)));
        try (LocalCluster cluster = LocalCluster.start(settings, ClusterListener.SILENT)) {
            assertThat(cluster.services())
                    .extracting(ServiceState::device)
                    .containsExactly("GPU 0", "GPU 3", "GPU 0", "GPU 3", "");
            assertThat(Files.readString(folder.resolve("cluster/logs/trainer-2.log")))
                    .startsWith("gpu:0 of GPU-b");
        }
    }

    @Test
    void start_oneServiceFails_saysWhichWithItsLog() {
        ClusterSettings failing = settings().withEnvironment(Map.of("FAKE_FAILS", "/evaluator"));

        assertThatThrownBy(() -> LocalCluster.start(failing, ClusterListener.SILENT))
                .isInstanceOf(ClusterStartException.class)
                .hasMessageContaining("The evaluator ended while it started")
                .hasMessageContaining("fake trouble with");
    }

    @Test
    void start_portTakenByAnotherProgram_triesOthers() throws Exception {
        try (ServerSocket another = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AtomicInteger asked = new AtomicInteger();
            IntFunction<List<Integer>> ports = count -> {
                List<Integer> free = new ArrayList<>(FreePorts.take(count));
                if (asked.incrementAndGet() == 1) {
                    free.set(count - 1, another.getLocalPort());
                }
                return free;
            };
            try (LocalCluster cluster = LocalCluster.start(settings(), ClusterListener.SILENT, ports)) {
                assertThat(cluster.services())
                        .extracting(ServiceState::httpPort)
                        .doesNotContain(another.getLocalPort());
            }
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void start_portAlwaysTaken_saysSoInTheEnd() throws Exception {
        try (ServerSocket another = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            IntFunction<List<Integer>> ports = count -> {
                List<Integer> free = new ArrayList<>(FreePorts.take(count));
                free.set(count - 1, another.getLocalPort());
                return free;
            };
            assertThatThrownBy(() -> LocalCluster.start(settings(), ClusterListener.SILENT, ports))
                    .isInstanceOf(ClusterStartException.class)
                    .hasMessageContaining("The coordinator ended while it started")
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void start_programMissing_saysSo() throws Exception {
        Files.delete(ServiceKind.PRUNER.program(home));

        assertThatThrownBy(() -> LocalCluster.start(settings(), ClusterListener.SILENT))
                .isInstanceOf(ClusterStartException.class)
                .hasMessageContaining("The pruner is not built");
    }

    private ClusterSettings settings() {
        return ClusterSettings.of(home, folder.resolve("cluster")).withWorkers(2, 1, 1);
    }

    private static void writeJar(Path jar) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        FakeService.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString());
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }
}
