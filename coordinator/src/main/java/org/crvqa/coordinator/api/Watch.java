package org.crvqa.coordinator.api;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * One stream. Whoever sends on it holds its monitor, for it may be ended by another thread than the one that serves it.
 *
 * @param <A> what it sends
 */
abstract class Watch<A> {
    private static final Logger LOG = Logger.getLogger(Watch.class);
    /** Below the 5 s that the contract promises. */
    static final Duration HEARTBEAT = Duration.ofSeconds(4);

    private final String peer;
    private final ServerCallStreamObserver<A> observer;
    private Instant sent = Instant.EPOCH;
    private boolean over;

    Watch(String peer, ServerCallStreamObserver<A> observer) {
        this.peer = peer;
        this.observer = observer;
    }

    /** For logs. */
    abstract String what();

    final boolean isOf(String caller) {
        return peer.equals(caller);
    }

    final boolean isCancelled() {
        return observer.isCancelled();
    }

    /** Whether it takes a message now. */
    final synchronized boolean isReady() {
        return !over && observer.isReady();
    }

    final synchronized boolean isOver() {
        return over;
    }

    /** Whether it was silent for so long that it must hear something. */
    final synchronized boolean isDue(Instant now) {
        return !sent.plus(HEARTBEAT).isAfter(now);
    }

    final synchronized void send(A message, Instant now) {
        if (!over) {
            observer.onNext(message);
            sent = now;
        }
    }

    final synchronized void complete() {
        if (!over) {
            over = true;
            observer.onCompleted();
        }
    }

    final synchronized void fail(RuntimeException error) {
        if (!over) {
            over = true;
            try {
                observer.onError(error);
            } catch (RuntimeException e) {
                LOG.debugf(e, "A watcher of %s had gone", what());
            }
        }
    }
}
