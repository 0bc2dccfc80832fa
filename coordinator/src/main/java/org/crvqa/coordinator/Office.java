package org.crvqa.coordinator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.api.Coordinator;
import org.crvqa.coordinator.api.CoordinatorSource;
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.leader.Election;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.reading.StoreReads;
import org.crvqa.study.threads.Fatal;
import org.crvqa.study.threads.ParallelReads;
import org.crvqa.study.threads.Threads;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in the election of the leader, and does a leader's work while this process is the one. Nothing here waits
 * for the store: the election, the beginnings and ends of terms, and the look at whether the lead is still held have
 * threads of their own.
 *
 * <p>A leader that has not held its lead for two leases has lost its store, or whoever renews the lead has died: another
 * may lead by now. Then it serves nobody, until it holds the lead again or is deposed.
 */
final class Office implements Election.Listener, CoordinatorSource, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Office.class);
    private static final int STEPS_PER_LEASE = 3;
    private static final int LEASES_UNHELD = 2;
    /** So that a renewal, which makes two calls, can fail once and still be in time. */
    private static final int TRIES_PER_LEASE = 5;

    private static final int CALLS_PER_LEASE = 2;
    private static final int CLOSE_SECONDS = 5;

    private final Foundation foundation;
    private final ServingStatus serving;
    private final String instance;
    private final Election election;
    private final Duration lease;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Threads.named("election"));
    private final ScheduledExecutorService lookout =
            Executors.newSingleThreadScheduledExecutor(Threads.named("lookout"));
    private final ExecutorService desk = Executors.newSingleThreadExecutor(Threads.named("office"));
    private final ParallelReads reads = ParallelReads.create();
    private final StoreReads standby;
    private volatile @Nullable TermOfOffice term;
    private volatile @Nullable Leadership latest;
    private volatile boolean cutOff;
    private volatile Instant held = Instant.MIN;

    /** {@code instance}: host:port of the gRPC server, which listens already. */
    Office(Foundation foundation, ServingStatus serving, String instance) {
        this.foundation = foundation;
        this.serving = serving;
        this.instance = instance;
        this.lease = foundation.settings().lease();
        this.standby = new StoreReads(
                new ExperimentStore(foundation.store(), foundation.clock()),
                foundation.artifacts(),
                new AttemptLog(foundation.store(), foundation.artifacts(), foundation.clock()),
                reads,
                foundation.steady());
        this.election = new Election(
                foundation.store().within(lease.dividedBy(TRIES_PER_LEASE), lease.dividedBy(CALLS_PER_LEASE)),
                foundation.clock(),
                UUID.randomUUID().toString(),
                instance,
                lease,
                () -> Duration.between(Instant.EPOCH, now()).toNanos(),
                this);
    }

    /** Takes part from now on. Returns at once. */
    void start() {
        Threads.every(clock, lease.dividedBy(STEPS_PER_LEASE), election::step);
        Threads.every(lookout, lease.dividedBy(STEPS_PER_LEASE), this::look);
    }

    @Override
    public Optional<Coordinator> coordinator() {
        return cutOff ? Optional.empty() : Optional.ofNullable(term).flatMap(TermOfOffice::coordinator);
    }

    @Override
    public Optional<StoreReads> standby() {
        return latest == null && !cutOff && leaderElsewhere().isPresent() ? Optional.of(standby) : Optional.empty();
    }

    @Override
    public String whyNot() {
        if (cutOff) {
            return "This coordinator has lost touch with its store, and another one may lead; ask again";
        }
        if (latest != null) {
            return "The coordinator is still reading which experiments its store holds; ask again";
        }
        return leaderElsewhere()
                .map(leader -> "This coordinator stands by; ask the one that leads, " + leader)
                .orElse("The coordinator does not know yet who leads; ask again");
    }

    @Override
    public Optional<String> leaderElsewhere() {
        return leader().filter(leader -> !leader.equals(instance));
    }

    /** host:port of the coordinator that leads, as far as this one knows. */
    Optional<String> leader() {
        return election.leader();
    }

    @Override
    public void elected(Leadership mandate) {
        latest = mandate;
        held = now();
        desk.execute(() -> begin(mandate));
    }

    private void begin(Leadership mandate) {
        if (latest != mandate) {
            return;
        }
        try {
            term = new TermOfOffice(foundation, mandate, this::tell);
            // It may have had something to tell before it was known here.
            tell();
        } catch (Throwable e) {
            Fatal.check(e);
            LOG.errorf(e, "Term %d cannot begin; another coordinator, or this one, tries again", mandate.term());
            election.resign();
        }
    }

    @Override
    public void deposed(String why) {
        latest = null;
        desk.execute(this::leave);
    }

    @Override
    public void challenged() {
        clock.execute(election::step);
    }

    /** Whether this process still leads, as far as it can know. */
    void look() {
        Leadership mandate = latest;
        if (mandate == null || mandate.isHeld()) {
            held = now();
        }
        boolean lost = !held.plus(lease.multipliedBy(LEASES_UNHELD)).isAfter(now());
        if (lost != cutOff) {
            cutOff = lost;
            LOG.warn(
                    lost
                            ? "The lead was not renewed for two leases: this coordinator serves nobody until it is"
                            : "The lead is held again, or another has it: this coordinator goes on");
        }
        tell();
        TermOfOffice now = term;
        if (lost && now != null) {
            now.endWatches();
        }
    }

    private void tell() {
        boolean leads = coordinator().isPresent();
        serving.set(leads);
        foundation.workers().leading().accept(leads);
    }

    private Instant now() {
        return foundation.steady().instant();
    }

    private void leave() {
        TermOfOffice last = term;
        term = null;
        tell();
        if (last != null) {
            last.close();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        lookout.shutdownNow();
        try {
            CompletableFuture.runAsync(
                            () -> {
                                leave();
                                election.close();
                            },
                            desk)
                    .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException | StoreException e) {
            LOG.warnf("The lead was not given up in time; another coordinator waits for a lease: %s", e.getMessage());
        }
        desk.shutdownNow();
        reads.close();
    }
}
