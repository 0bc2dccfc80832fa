package org.crvqa.cli.local;

/** Asks the services of a running cluster for their health. */
public final class ServiceHealth {
    private final Readiness readiness = new Readiness();

    /** Whether the service takes calls now. */
    public boolean ready(ServiceState service) throws InterruptedException {
        return readiness.ready(service.httpPort());
    }
}
