package org.crvqa.cli.client;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;

/** A real server whose watch streams are the test's to feed. */
final class FakeCoordinator extends CoordinatorServiceImplBase implements AutoCloseable {
    private final BlockingQueue<StreamObserver<WatchExperimentResponse>> watches = new LinkedBlockingQueue<>();
    /** What was asked for, in this order. */
    final BlockingQueue<WatchExperimentRequest> requests = new LinkedBlockingQueue<>();

    private volatile Optional<ExperimentState> answer = Optional.empty();
    private final Server server;
    private final int port;

    /** Port 0 takes a free one. */
    FakeCoordinator(int wantedPort) throws IOException {
        server = Grpc.newServerBuilderForPort(wantedPort, InsecureServerCredentials.create())
                .addService(this)
                .build()
                .start();
        this.port = server.getPort();
    }

    int port() {
        return port;
    }

    /** Waits for a client's next watch. */
    StreamObserver<WatchExperimentResponse> nextWatch() throws InterruptedException {
        return watches.take();
    }

    /** Answers every watch from now on with one message; after one that is not the last the stream stays silent. */
    void answerEachWatch(ExperimentState state) {
        answer = Optional.of(state);
    }

    @Override
    public void watchExperiment(
            WatchExperimentRequest request, StreamObserver<WatchExperimentResponse> responseObserver) {
        // Without a handler, answering a client that has left would throw.
        ((ServerCallStreamObserver<WatchExperimentResponse>) responseObserver).setOnCancelHandler(() -> {});
        requests.add(request);
        Optional<ExperimentState> state = answer;
        if (state.isEmpty()) {
            watches.add(responseObserver);
            return;
        }
        responseObserver.onNext(message(state.get()));
        if (state.get() != ExperimentState.EXPERIMENT_STATE_RUNNING) {
            responseObserver.onCompleted();
        }
    }

    static WatchExperimentResponse message(ExperimentState state) {
        return WatchExperimentResponse.newBuilder()
                .setExperiment(ExperimentStatus.newBuilder().setId("e").setState(state))
                .build();
    }

    /** As a killed process: connections break. */
    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }
}
