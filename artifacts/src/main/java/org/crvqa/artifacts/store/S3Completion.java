package org.crvqa.artifacts.store;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The request that makes an object of its parts. Servers that keep the parts as files copy them before they answer, some
 * for minutes, and go on when the connection is gone. So a request without a clear answer is no failure yet: the object
 * may appear, and is waited for. Only then the request is sent again.
 *
 * @param copyTime that the server may take for this object
 * @param pause waits between two looks
 */
record S3Completion(Duration copyTime, Pause pause) {
    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final int WAIT_GROWTH = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** A wait; tests make it short. */
    @FunctionalInterface
    interface Pause {
        void run(Duration length) throws InterruptedException;
    }

    /**
     * Sends the request until the object is there.
     *
     * @param request one attempt, which the client does not repeat by itself
     * @param stored whether the object of this very upload is there
     * @throws SdkException when it is not, of the last attempt
     * @throws StoreException when the thread is interrupted
     */
    void run(Runnable request, BooleanSupplier stored) {
        boolean underWay = false;
        for (int attempt = 1; ; attempt++) {
            try {
                request.run();
                return;
            } catch (SdkException e) {
                boolean unclear = S3Access.mayBeDone(e);
                underWay |= unclear;
                boolean last = attempt == ATTEMPTS || !unclear;
                if (underWay && appears(stored, last || late(e) ? copyTime : wait(attempt))) {
                    return;
                }
                if (last) {
                    throw e;
                }
            }
        }
    }

    private static Duration wait(int attempt) {
        return FIRST_WAIT.multipliedBy((long) Math.pow(WAIT_GROWTH, attempt - 1));
    }

    private static boolean late(SdkException e) {
        return e instanceof ApiCallAttemptTimeoutException || e instanceof ApiCallTimeoutException;
    }

    private boolean appears(BooleanSupplier stored, Duration limit) {
        Duration waited = Duration.ZERO;
        Duration next = FIRST_PAUSE;
        while (!isThere(stored)) {
            if (waited.compareTo(limit) >= 0) {
                return false;
            }
            try {
                pause.run(next);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreException("Interrupted before the server had answered", e);
            }
            waited = waited.plus(next);
            next = next.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? next.multipliedBy(2) : LONGEST_PAUSE;
        }
        return true;
    }

    private static boolean isThere(BooleanSupplier stored) {
        try {
            return stored.getAsBoolean();
        } catch (SdkException e) {
            // Not known, which another look may change.
            return false;
        }
    }
}
