package org.crvqa.artifacts.store;

import java.time.Duration;

/**
 * How long calls to a server may take, those aside that move many bytes.
 *
 * @param silence on a connection; a slow transfer that goes on is not silent
 * @param attempt one request with its answer
 * @param call all attempts and the pauses between them
 * @param attempts at most, by the client itself
 * @param newConnections a connection for each request, so that none is taken that has died unnoticed
 */
record S3Limits(Duration silence, Duration attempt, Duration call, int attempts, boolean newConnections) {
    static final S3Limits STANDARD =
            new S3Limits(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMinutes(4), 5, false);

    /** For requests that come with limits of their own, and are not simply to be sent again. */
    static final S3Limits PATIENT = new S3Limits(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1), 1, false);

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** For calls that are late after {@code call}. */
    static S3Limits within(Duration attempt, Duration call) {
        return new S3Limits(shorter(STANDARD.silence, attempt), attempt, call, STANDARD.attempts, true);
    }

    Duration connect() {
        return shorter(CONNECT, attempt);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
