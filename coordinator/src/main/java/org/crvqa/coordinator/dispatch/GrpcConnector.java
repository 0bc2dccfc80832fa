package org.crvqa.coordinator.dispatch;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.concurrent.TimeUnit;
import org.crvqa.coordinator.fleet.Member;

/** Connections to workers over gRPC. */
public final class GrpcConnector implements WorkerConnector {
    /**
     * A connection to a machine that vanished looks open for a quarter of an hour, and new calls use it. Not below what
     * the workers permit (quarkus.grpc.server.netty.permit-keep-alive-time).
     */
    private static final long PING_AFTER_SECONDS = 20;

    private static final long PING_TIMEOUT_SECONDS = 10;

    /** @throws IllegalArgumentException for a member without a kind */
    @Override
    public WorkerClient connect(Member member) {
        String address = member.address();
        return switch (member.kind()) {
            case WORKER_KIND_TRAINER -> new TrainerClient(channel(address));
            case WORKER_KIND_PRUNER -> new PrunerClient(channel(address));
            case WORKER_KIND_EVALUATOR -> new EvaluatorClient(channel(address));
            case WORKER_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("Worker " + member.name() + " has no kind");
        };
    }

    private static ManagedChannel channel(String address) {
        return Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                // What comes is handed on to the dispatcher's own thread at once: no thread for each stream.
                .directExecutor()
                .keepAliveTime(PING_AFTER_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .build();
    }
}
