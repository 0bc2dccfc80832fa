package org.crvqa.cli.local;

import java.time.Duration;

/** Hears of the processes of a cluster, from the threads that supervise them. */
public interface ClusterListener {
    /** In place of an exit value: the program could not be executed. */
    int NOT_STARTED = -1;

    /** With this status a worker ends whose device failed below it. */
    int DEVICE_LOST = 75;

    /** For people: "ended with status 137". */
    static String ending(int exitValue) {
        return switch (exitValue) {
            case NOT_STARTED -> "could not be started";
            case DEVICE_LOST -> "ended with status " + exitValue + ", because its device failed";
            default -> "ended with status " + exitValue;
        };
    }

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

    /** The process ended without being asked, or could not be started ({@link #NOT_STARTED}); it is started again after {@code restartIn}. */
    void died(String service, int exitValue, Duration restartIn);

    /** A new process of the service was started. */
    void restarted(String service);
}
