package org.crvqa.artifacts.store;

import java.time.Duration;

/**
 * How long calls to a server may take, transfers of files aside.
 *
 * @param attempt one request with its answer
 * @param call all attempts and the pauses between them
 * @param newConnections a connection for each request, so that none is taken that has died unnoticed
 */
record S3Limits(Duration attempt, Duration call, boolean newConnections) {
    static final S3Limits STANDARD = new S3Limits(Duration.ofSeconds(60), Duration.ofMinutes(4), false);

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Silence on a connection; a slow transfer that goes on is not silent. */
    private static final Duration READ = Duration.ofSeconds(30);

    Duration connect() {
        return shorter(CONNECT, attempt);
    }

    Duration read() {
        return shorter(READ, attempt);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
