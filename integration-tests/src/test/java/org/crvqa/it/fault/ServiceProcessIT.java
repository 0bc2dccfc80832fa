package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.crvqa.cli.local.ServiceKind;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The starter of the tests of faults, where another program takes a port between its choice and its use. */
@Timeout(300)
class ServiceProcessIT {
    @TempDir
    private Path folder;

    static Stream<Arguments> ports() {
        ToIntFunction<ServiceProcess> grpc = ServiceProcess::grpcPort;
        ToIntFunction<ServiceProcess> http = ServiceProcess::httpPort;
        return Stream.of(Arguments.of("grpc", grpc), Arguments.of("http", http));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ports")
    void start_portTakenAfterItsChoice_listensOnAnotherAndIsFoundThere(String which, ToIntFunction<ServiceProcess> port)
            throws Exception {
        ClusterPlan plan = ClusterPlan.in(folder.resolve("taken-" + which))
                .with(ServiceKind.TRAINER, 1)
                .absent("trainer")
                .absent("coordinator");
        try (FaultCluster cluster = plan.start();
                ServerSocket ofTrainer = occupy(port.applyAsInt(cluster.service("trainer")));
                ServerSocket ofCoordinator = occupy(port.applyAsInt(cluster.coordinator()))) {
            cluster.launch(cluster.service("trainer"));
            cluster.launch(cluster.coordinator());
            cluster.service("trainer").awaitReady();
            cluster.coordinator().awaitReady();

            assertThat(port.applyAsInt(cluster.service("trainer"))).isNotEqualTo(ofTrainer.getLocalPort());
            assertThat(port.applyAsInt(cluster.coordinator())).isNotEqualTo(ofCoordinator.getLocalPort());
            assertThat(cluster.coordinator().starts()).isEqualTo(2);
            // Clients find the coordinator, and it finds its workers.
            String id = cluster.submit(Experiments.dense("taken", 40, 1));
            cluster.awaitTraining(id, 1);
        }
    }

    private static ServerSocket occupy(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
    }
}
