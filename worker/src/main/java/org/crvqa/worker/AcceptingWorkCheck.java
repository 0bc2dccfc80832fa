package org.crvqa.worker;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness at /q/health/ready: store and engine are ready and the process is not about to end. Busy is ready. */
@Readiness
@Singleton
final class AcceptingWorkCheck implements HealthCheck {
    private final WorkerProcess process;

    @Inject
    AcceptingWorkCheck(WorkerProcess process) {
        this.process = process;
    }

    @Override
    public HealthCheckResponse call() {
        boolean accepting = process.runner().map(TaskRunner::isAccepting).orElse(false);
        return HealthCheckResponse.named("accepting-work").status(accepting).build();
    }
}
