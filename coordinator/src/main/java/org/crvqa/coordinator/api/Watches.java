package org.crvqa.coordinator.api;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.ExperimentChange;
import org.crvqa.coordinator.dispatch.ExperimentChanges;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchExperimentsRequest;
import org.crvqa.coordinator.v1.WatchExperimentsResponse;
import org.crvqa.study.threads.Fatal;
import org.jboss.logging.Logger;

/**
 * Streams of experiments' changes. Each watcher is served when it can take a message: a slow one gets fewer, larger
 * messages rather than a queue that grows. What changed of an experiment is found once for all who watch it, and costs what
 * has changed. {@link #serve} is called by one thread.
 */
public final class Watches {
    /** How often to look for changes. */
    public static final Duration INTERVAL = Duration.ofMillis(200);

    private static final Logger LOG = Logger.getLogger(Watches.class);

    /** One thread serves them all, several times a second. */
    private static final int MOST = 2_000;

    /** So that one caller does not lock out the others. */
    static final int MOST_OF_ONE = 100;

    /** Parts of snapshots that are sent in one round, to all and to one: the others shall not wait for long. */
    private static final int PARTS_A_ROUND = 50;

    private static final int PARTS_OF_ONE = 10;

    private final Dispatcher dispatcher;
    private final Overview overview;
    private final Function<String, ExperimentStatus> whole;
    private final long term;
    private final Clock clock;
    private final Set<Watch<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Of a coordinator's experiments. Nothing is sent until {@link #serve} is called.
     *
     * @param term in which this coordinator leads
     */
    public Watches(Dispatcher dispatcher, Experiments experiments, long term, Clock clock) {
        this.dispatcher = dispatcher;
        this.overview = experiments.overview();
        this.whole = experiments::whole;
        this.term = term;
        this.clock = clock;
    }

    /**
     * Adds one who watches an experiment. Of one that has ended, a client that knows no other form hears at once, and that is
     * all.
     *
     * @param experiment what is known of it now
     * @param peer the caller, as far as it can be told from others
     * @throws io.grpc.StatusRuntimeException when there are too many, this coordinator leads no more, or the request is wrong
     */
    void add(
            WatchExperimentRequest request,
            ExperimentStatus experiment,
            String peer,
            ServerCallStreamObserver<WatchExperimentResponse> observer) {
        checkRoom(peer);
        ExperimentWatch watch = new ExperimentWatch(request, term, peer, observer);
        if (!ExperimentWatch.isOpen(experiment) && watch.tellsAtOnce()) {
            watch.sendEnded(experiment, clock.instant());
            return;
        }
        add(watch);
    }

    /** Adds one who watches all experiments. Errors as the other. */
    void add(
            WatchExperimentsRequest request, String peer, ServerCallStreamObserver<WatchExperimentsResponse> observer) {
        checkRoom(peer);
        add(new OverviewWatch(request, term, peer, observer));
    }

    private void checkRoom(String peer) {
        long own = open.stream().filter(watch -> watch.isOf(peer)).count();
        if (own >= MOST_OF_ONE || open.size() >= MOST) {
            throw CallErrors.refusal(
                    Reason.TOO_MANY_WATCHERS,
                    "There are " + own + " watchers of this caller and " + open.size()
                            + " in all already, at most " + MOST_OF_ONE + " and " + MOST
                            + " are served; try again later, or ask for the experiment from time to time");
        }
    }

    private void add(Watch<?> watch) {
        open.add(watch);
        if (closed) {
            // Whoever closed may have looked through the set before.
            open.remove(watch);
            watch.fail(CallErrors.leadsNoMore());
        }
    }

    /** Sends what is new to each watcher that is ready. */
    public void serve() {
        open.removeIf(watch -> watch.isOver() || watch.isCancelled());
        Instant now = clock.instant();
        List<Watch<?>> ready = open.stream().filter(Watch::isReady).toList();
        List<ExperimentWatch> single = those(ExperimentWatch.class, ready);
        List<OverviewWatch> all = those(OverviewWatch.class, ready);
        serveSnapshots(single, now);
        serveChanges(single.stream().filter(watch -> watch.told().isPresent()).toList(), now);
        serveOverviews(all, now);
    }

    private static <W> List<W> those(Class<W> kind, List<Watch<?>> watches) {
        return watches.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private void serveSnapshots(List<ExperimentWatch> watches, Instant now) {
        int left = PARTS_A_ROUND;
        for (ExperimentWatch watch : watches) {
            for (int part = 0; part < PARTS_OF_ONE && left > 0; part++, left--) {
                if (watch.told().isPresent() || !watch.isReady()) {
                    break;
                }
                serve(watch, one -> {
                    if (!one.sendSnapshot(dispatcher, now)) {
                        one.sendEnded(whole.apply(one.id()), now);
                    }
                });
            }
        }
    }

    private void serveChanges(List<ExperimentWatch> watches, Instant now) {
        Map<String, Long> since = new HashMap<>();
        Set<String> anyway = new HashSet<>();
        for (ExperimentWatch watch : watches) {
            since.merge(watch.id(), watch.told().orElseThrow(), Math::min);
            if (watch.asksAnyway(now)) {
                anyway.add(watch.id());
            }
        }
        if (since.isEmpty()) {
            return;
        }
        ExperimentChanges changes = Waiting.on(dispatcher.changes(since, anyway));
        for (ExperimentWatch watch : watches) {
            Optional<ExperimentChange> change =
                    Optional.ofNullable(changes.changed().get(watch.id()));
            serve(watch, one -> {
                if (changes.unknown().contains(one.id())) {
                    one.sendEnded(whole.apply(one.id()), now);
                } else {
                    change.ifPresent(what -> one.sendChanges(what, now));
                    one.sendHeartbeat(now);
                }
            });
        }
    }

    private void serveOverviews(List<OverviewWatch> watches, Instant now) {
        List<OverviewWatch> informed = watches.stream()
                .filter(watch -> !watch.told().equals(Overview.Position.NOTHING))
                .toList();
        watches.stream()
                .filter(watch -> watch.told().equals(Overview.Position.NOTHING))
                .forEach(watch -> serve(watch, one -> one.sendSnapshot(overview, now)));
        informed.stream()
                .map(OverviewWatch::told)
                .reduce(Overview.Position::earlier)
                .map(overview::since)
                .ifPresent(changes -> informed.forEach(watch -> serve(watch, one -> one.sendChanges(changes, now))));
    }

    /** One that cannot be served is dropped, and the others are served. */
    private <W extends Watch<?>> void serve(W watch, Consumer<W> action) {
        try {
            action.accept(watch);
        } catch (RuntimeException e) {
            Fatal.check(e);
            LOG.warnf(e, "A watcher of %s is dropped", watch.what());
            open.remove(watch);
            watch.fail(CallErrors.of(e));
        }
        if (watch.isOver()) {
            open.remove(watch);
        }
    }

    /** Ends all streams, and those that come later; their clients ask again. */
    public void close() {
        closed = true;
        end();
    }

    /** Ends all streams of now; their clients ask again. */
    public void end() {
        for (Watch<?> watch : open) {
            open.remove(watch);
            watch.fail(CallErrors.leadsNoMore());
        }
    }
}
