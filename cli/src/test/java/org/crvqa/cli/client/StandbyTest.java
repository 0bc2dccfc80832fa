package org.crvqa.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetExperimentResponse;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client says when a coordinator answers that stands by. */
class StandbyTest {
    private boolean standsBy;
    private Server server;
    private final List<Instant> heard = new ArrayList<>();

    @BeforeEach
    void serve() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new CoordinatorServiceGrpc.CoordinatorServiceImplBase() {
                    @Override
                    public void getExperiment(
                            GetExperimentRequest request, StreamObserver<GetExperimentResponse> observer) {
                        GetExperimentResponse.Builder response = GetExperimentResponse.newBuilder()
                                .setExperiment(ExperimentStatus.newBuilder().setId("small-1"));
                        if (standsBy) {
                            response.setAsOf(Timestamp.newBuilder().setSeconds(1_000));
                        }
                        observer.onNext(response.build());
                        observer.onCompleted();
                    }

                    @Override
                    public void listExperiments(
                            ListExperimentsRequest request, StreamObserver<ListExperimentsResponse> observer) {
                        observer.onNext(ListExperimentsResponse.newBuilder()
                                .setAsOf(Timestamp.newBuilder().setSeconds(2_000))
                                .build());
                        observer.onCompleted();
                    }
                })
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }

    @Test
    void answer_fromOneThatStandsBy_isToldOnce() {
        standsBy = true;
        try (CoordinatorClient client =
                CoordinatorClient.of("localhost:" + server.getPort()).whenStandby(heard::add)) {
            assertThat(client.get("small-1").getId()).isEqualTo("small-1");
            client.list(10, "");
        }

        assertThat(heard).containsExactly(Instant.ofEpochSecond(1_000));
    }

    @Test
    void answer_fromTheLeader_isNot() {
        try (CoordinatorClient client =
                CoordinatorClient.of("localhost:" + server.getPort()).whenStandby(heard::add)) {
            client.get("small-1");
        }

        assertThat(heard).isEmpty();
    }
}
