package org.crvqa.coordinator.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.ExperimentChange;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.jboss.logging.Logger;

/**
 * Streams of experiments' changes. Each watcher is served when it can take a message: a slow one gets fewer, larger
 * messages rather than a queue that grows. {@link #serve} is called by one thread.
 */
public final class Watches {
    /** How often to look for changes. */
    public static final Duration INTERVAL = Duration.ofMillis(200);

    private static final Logger LOG = Logger.getLogger(Watches.class);
    /** Below the 5 s that the contract promises. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(4);

    /** One thread serves them all, several times a second. */
    private static final int MOST = 500;

    private final Dispatcher dispatcher;
    private final Clock clock;
    private final Set<Watch> open = ConcurrentHashMap.newKeySet();

    /** Nothing is sent until {@link #serve} is called. */
    public Watches(Dispatcher dispatcher, Clock clock) {
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    private static final class Watch {
        private final String id;
        private final ServerCallStreamObserver<WatchExperimentResponse> observer;
        private long step = -1;
        private Instant sent = Instant.EPOCH;

        Watch(String id, ServerCallStreamObserver<WatchExperimentResponse> observer) {
            this.id = id;
            this.observer = observer;
        }
    }

    /** Adds a watcher of an experiment that exists. @throws io.grpc.StatusRuntimeException when there are too many */
    void add(String id, ServerCallStreamObserver<WatchExperimentResponse> observer) {
        if (open.size() >= MOST) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("There are " + MOST + " watchers already; try again later, or ask for the"
                            + " experiment from time to time")
                    .asRuntimeException();
        }
        open.add(new Watch(id, observer));
    }

    /** Sends what is new to each watcher that is ready. */
    public void serve() {
        for (Watch watch : open) {
            try {
                if (watch.observer.isCancelled()) {
                    open.remove(watch);
                } else if (watch.observer.isReady()) {
                    serve(watch);
                }
            } catch (RuntimeException e) {
                LOG.warnf(e, "A watcher of %s is dropped", watch.id);
                open.remove(watch);
                watch.observer.onError(CallErrors.of(e));
            }
        }
    }

    /** Ends all streams; their clients ask again. */
    public void close() {
        for (Watch watch : open) {
            open.remove(watch);
            watch.observer.onError(Status.UNAVAILABLE
                    .withDescription("This coordinator leads no more; ask again")
                    .asRuntimeException());
        }
    }

    private void serve(Watch watch) {
        Optional<ExperimentChange> found = Waiting.on(dispatcher.changes(watch.id, watch.step));
        if (found.isEmpty()) {
            throw CallErrors.noExperiment(watch.id);
        }
        ExperimentChange change = found.get();
        boolean first = watch.step < 0;
        boolean due = !watch.sent.plus(HEARTBEAT).isAfter(clock.instant());
        if (!first && change.step() == watch.step && !due) {
            return;
        }
        watch.observer.onNext(WatchExperimentResponse.newBuilder()
                .setExperiment(change.experiment())
                .addAllChangedTasks(change.tasks())
                .build());
        watch.step = change.step();
        watch.sent = clock.instant();
        if (change.experiment().getState() != ExperimentState.EXPERIMENT_STATE_RUNNING) {
            watch.observer.onCompleted();
            open.remove(watch);
        }
    }
}
