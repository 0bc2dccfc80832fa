package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service of a coordinator that leads no more, called with messages and with what is none. */
class MalformedRequestsTest {
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void serve() throws IOException {
        CoordinatorSource standby = new CoordinatorSource() {
            @Override
            public Optional<Coordinator> coordinator() {
                return Optional.empty();
            }

            @Override
            public Optional<String> leaderElsewhere() {
                return Optional.of("coordinator-1:9100");
            }

            @Override
            public String whyNot() {
                return "stands by";
            }
        };
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new CoordinatorGrpcService(standby))
                .build()
                .start();
        channel = Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
    }

    @Test
    void call_withARequest_isAnsweredByTheService() {
        StatusRuntimeException error = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> CoordinatorServiceGrpc.newBlockingStub(channel)
                        .listExperiments(ListExperimentsRequest.getDefaultInstance()));

        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(CallErrors.reason(error)).isEqualTo("NOT_LEADER");
    }

    @Test
    void call_thatIsAnswered_getsItsAnswer() throws Exception {
        Server answering = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(MalformedRequests.refusedBy(CoordinatorServiceGrpc.bindService(
                        new CoordinatorServiceGrpc.AsyncService() {
                            @Override
                            public void listExperiments(
                                    ListExperimentsRequest request, StreamObserver<ListExperimentsResponse> observer) {
                                observer.onNext(ListExperimentsResponse.newBuilder()
                                        .setNextPageToken(request.getPageToken() + "!")
                                        .build());
                                observer.onCompleted();
                            }
                        })))
                .build()
                .start();
        ManagedChannel to = Grpc.newChannelBuilder(
                        "127.0.0.1:" + answering.getPort(), InsecureChannelCredentials.create())
                .build();
        try {
            assertThat(CoordinatorServiceGrpc.newBlockingStub(to)
                            .listExperiments(ListExperimentsRequest.newBuilder()
                                    .setPageToken("echo")
                                    .build())
                            .getNextPageToken())
                    .isEqualTo("echo!");
        } finally {
            to.shutdownNow();
            answering.shutdownNow().awaitTermination();
        }
    }

    @Test
    void call_withOtherBytes_isTheCallersMistake() {
        StatusRuntimeException error = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        channel,
                        CoordinatorServiceGrpc.getListExperimentsMethod().toBuilder(
                                        new Bytes(),
                                        CoordinatorServiceGrpc.getListExperimentsMethod()
                                                .getResponseMarshaller())
                                .build(),
                        CallOptions.DEFAULT,
                        new byte[] {(byte) 0xff, 1}));

        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(error.getStatus().getDescription()).contains("ListExperiments");
        assertThat(CallErrors.reason(error)).isEqualTo("INVALID_REQUEST");
    }

    /** Sends what it is given. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException();
        }
    }
}
