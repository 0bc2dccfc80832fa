package org.crvqa.coordinator.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.ExperimentChange;
import org.crvqa.coordinator.threads.Fatal;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
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
    private static final int MOST = 2_000;

    /** So that one caller does not lock out the others. */
    static final int MOST_OF_ONE = 100;

    private final Dispatcher dispatcher;
    private final Function<String, ExperimentStatus> whole;
    private final Clock clock;
    private final Set<Watch> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Nothing is sent until {@link #serve} is called.
     *
     * @param whole an experiment with its tasks, also when the dispatcher does not have it any more
     */
    Watches(Dispatcher dispatcher, Function<String, ExperimentStatus> whole, Clock clock) {
        this.dispatcher = dispatcher;
        this.whole = whole;
        this.clock = clock;
    }

    /** Of a coordinator's experiments. */
    public Watches(Dispatcher dispatcher, Experiments experiments, Clock clock) {
        this(dispatcher, experiments::status, clock);
    }

    /** One stream; whoever sends on it holds its monitor, for it may be ended by another thread than serves it. */
    private static final class Watch {
        private final String id;
        private final String peer;
        private final ServerCallStreamObserver<WatchExperimentResponse> observer;
        private long step = -1;
        private Instant sent = Instant.EPOCH;
        private boolean over;

        Watch(String id, String peer, ServerCallStreamObserver<WatchExperimentResponse> observer) {
            this.id = id;
            this.peer = peer;
            this.observer = observer;
        }

        synchronized void complete() {
            over = true;
            observer.onCompleted();
        }

        synchronized void fail(RuntimeException error) {
            if (!over) {
                over = true;
                try {
                    observer.onError(error);
                } catch (RuntimeException e) {
                    LOG.debugf(e, "A watcher of %s had gone", id);
                }
            }
        }
    }

    /**
     * Adds a watcher; of an experiment that has ended it hears at once, and that is all.
     *
     * @param experiment what is known of it now
     * @param peer the caller, as far as it can be told from others
     * @throws io.grpc.StatusRuntimeException when there are too many, or this coordinator leads no more
     */
    void add(ExperimentStatus experiment, String peer, ServerCallStreamObserver<WatchExperimentResponse> observer) {
        long own = open.stream().filter(watch -> watch.peer.equals(peer)).count();
        if (own >= MOST_OF_ONE || open.size() >= MOST) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("There are " + own + " watchers of this caller and " + open.size()
                            + " in all already, at most " + MOST_OF_ONE + " and " + MOST
                            + " are served; try again later, or ask for the experiment from time to time")
                    .asRuntimeException();
        }
        Watch watch = new Watch(experiment.getId(), peer, observer);
        if (experiment.getState() != ExperimentState.EXPERIMENT_STATE_RUNNING) {
            observer.onNext(WatchExperimentResponse.newBuilder()
                    .setExperiment(experiment)
                    .build());
            watch.complete();
            return;
        }
        open.add(watch);
        if (closed) {
            // Whoever closed may have looked through the set before.
            open.remove(watch);
            watch.fail(leadsNoMore());
        }
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
                Fatal.check(e);
                LOG.warnf(e, "A watcher of %s is dropped", watch.id);
                open.remove(watch);
                watch.fail(CallErrors.of(e));
            }
        }
    }

    /** Ends all streams, and those that come later; their clients ask again. */
    public void close() {
        closed = true;
        end();
    }

    /** Ends all streams of now; their clients ask again. */
    public void end() {
        for (Watch watch : open) {
            open.remove(watch);
            watch.fail(leadsNoMore());
        }
    }

    private static RuntimeException leadsNoMore() {
        return Status.UNAVAILABLE
                .withDescription("This coordinator leads no more; ask again")
                .asRuntimeException();
    }

    private void serve(Watch watch) {
        ExperimentChange change = Waiting.on(dispatcher.changes(watch.id, watch.step))
                .orElseGet(() -> new ExperimentChange(watch.step, whole.apply(watch.id), List.of()));
        synchronized (watch) {
            if (!watch.over) {
                send(watch, change);
            }
        }
    }

    private void send(Watch watch, ExperimentChange change) {
        boolean first = watch.step < 0;
        boolean due = !watch.sent.plus(HEARTBEAT).isAfter(clock.instant());
        boolean ended = change.experiment().getState() != ExperimentState.EXPERIMENT_STATE_RUNNING;
        if (!first && !ended && change.step() == watch.step && !due) {
            return;
        }
        watch.observer.onNext(WatchExperimentResponse.newBuilder()
                .setExperiment(change.experiment())
                .addAllChangedTasks(change.tasks())
                .build());
        watch.step = change.step();
        watch.sent = clock.instant();
        if (ended) {
            watch.complete();
            open.remove(watch);
        }
    }
}
