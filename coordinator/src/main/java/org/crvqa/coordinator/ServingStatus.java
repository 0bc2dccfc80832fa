package org.crvqa.coordinator;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.quarkus.grpc.GlobalInterceptor;
import io.quarkus.grpc.runtime.GrpcServerRecorder;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;
import org.crvqa.artifacts.process.ServerEnd;

/** What grpc.health.v1 answers, for the server as a whole ("") and for each service. Quarkus starts with SERVING. */
@Singleton
final class ServingStatus {
    private final GrpcHealthStorage storage;

    ServingStatus(GrpcHealthStorage storage) {
        this.storage = storage;
    }

    /** Sees every call, and ends the server. */
    @Produces
    @Singleton
    @GlobalInterceptor
    static ServerEnd serverEnd() {
        return new ServerEnd();
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
