package org.crvqa.coordinator;

import java.time.Duration;
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
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.leader.Election;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in the election of the leader, and does a leader's work while this process is the one. Terms begin and end
 * on a thread of their own, so that reading a large store keeps nobody from renewing the lease.
 */
final class Office implements Election.Listener, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Office.class);
    private static final int STEPS_PER_LEASE = 3;
    private static final long HELD_POLL_MILLIS = 100;
    private static final int CLOSE_SECONDS = 5;

    private final Foundation foundation;
    private final ServingStatus serving;
    private final Election election;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(action -> new Thread(action, "election"));
    private final ExecutorService desk = Executors.newSingleThreadExecutor(action -> new Thread(action, "office"));
    private volatile @Nullable TermOfOffice term;
    private volatile @Nullable Leadership latest;

    /** {@code instance}: host:port of the gRPC server, which listens already. */
    Office(Foundation foundation, ServingStatus serving, String instance) {
        this.foundation = foundation;
        this.serving = serving;
        this.election = new Election(
                foundation.store(),
                foundation.clock(),
                UUID.randomUUID().toString(),
                instance,
                foundation.settings().lease(),
                System::nanoTime,
                this);
    }

    /** Takes part from now on. When it is elected at once, this returns when all experiments are loaded. */
    void start() {
        election.step();
        Duration lease = foundation.settings().lease();
        TermOfOffice.every(clock, lease.dividedBy(STEPS_PER_LEASE), election::step);
        CompletableFuture.runAsync(() -> {}, desk).join();
        if (term == null) {
            LOG.infof("This coordinator stands by; %s leads", leader().orElse("nobody"));
        }
    }

    Optional<Coordinator> coordinator() {
        return Optional.ofNullable(term).map(TermOfOffice::coordinator);
    }

    Optional<String> leader() {
        return election.leader();
    }

    @Override
    public void elected(Leadership mandate) {
        latest = mandate;
        desk.execute(() -> begin(mandate));
    }

    /** Not before it is held: until then the leader before may still take experiments that would not be loaded here. */
    private void begin(Leadership mandate) {
        if (latest != mandate) {
            return;
        }
        if (!mandate.isHeld()) {
            CompletableFuture.delayedExecutor(HELD_POLL_MILLIS, TimeUnit.MILLISECONDS, desk)
                    .execute(() -> begin(mandate));
            return;
        }
        try {
            term = new TermOfOffice(foundation, mandate);
            serving.set(true);
        } catch (RuntimeException e) {
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

    private void leave() {
        serving.set(false);
        TermOfOffice last = term;
        term = null;
        if (last != null) {
            last.close();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        try {
            CompletableFuture.runAsync(this::leave, desk)
                    .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                    .join();
            election.close();
        } catch (CompletionException | StoreException e) {
            LOG.warnf("The lead was not given up in time; another coordinator waits for a lease: %s", e.getMessage());
        }
        desk.shutdownNow();
    }
}
