package org.crvqa.coordinator;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.quarkus.grpc.runtime.GrpcServerRecorder;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import jakarta.inject.Singleton;
import java.util.Set;

/** What grpc.health.v1 answers, for the server as a whole ("") and for each service. Quarkus starts with SERVING. */
@Singleton
final class ServingStatus {
    private final GrpcHealthStorage storage;

    ServingStatus(GrpcHealthStorage storage) {
        this.storage = storage;
    }

    /** Whether the gRPC server runs. When its port is taken, Quarkus only logs that and goes on without it. */
    boolean isServerListening() {
        return GrpcServerRecorder.getVerticleCount() > 0;
    }

    /** {@code serving}: whether calls are answered. */
    void set(boolean serving) {
        HealthCheckResponse.ServingStatus status =
                serving ? HealthCheckResponse.ServingStatus.SERVING : HealthCheckResponse.ServingStatus.NOT_SERVING;
        Set.copyOf(storage.getStatuses().keySet()).forEach(service -> storage.setStatus(service, status));
    }
}
