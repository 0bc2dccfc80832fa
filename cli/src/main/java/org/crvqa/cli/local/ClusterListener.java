package org.crvqa.cli.local;

import java.time.Duration;

/** Hears of the processes of a cluster, from the threads that supervise them. */
public interface ClusterListener {
    /** Hears and does nothing. */
    ClusterListener SILENT = new ClusterListener() {
        @Override
        public void ready(String service) {}

        @Override
        public void died(String service, int exitValue, Duration restartIn) {}

        @Override
        public void restarted(String service) {}
    };

    /** The service takes calls for the first time. */
    void ready(String service);

    /** The process ended without being asked; it is started again after {@code restartIn}. */
    void died(String service, int exitValue, Duration restartIn);

    /** A new process of the service was started. */
    void restarted(String service);
}
