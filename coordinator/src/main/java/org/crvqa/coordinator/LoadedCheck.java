package org.crvqa.coordinator;

import jakarta.inject.Singleton;
import org.crvqa.coordinator.api.CoordinatorSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness at /q/health/ready: it leads, and knows which experiments its store holds. */
@Readiness
@Singleton
final class LoadedCheck implements HealthCheck {
    private final CoordinatorSource source;

    LoadedCheck(CoordinatorSource source) {
        this.source = source;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("experiments-loaded")
                .status(source.coordinator().isPresent())
                .build();
    }
}
