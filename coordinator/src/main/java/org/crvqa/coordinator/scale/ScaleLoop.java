package org.crvqa.coordinator.scale;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.WorkerKind;
import org.jboss.logging.Logger;

/**
 * Scales the pools of workers for as long as this coordinator leads: looks, asks {@link ScalePlan}, and does what it says. Before
 * anything of the cluster is changed the store is asked whether the term still holds; while the lead is in doubt, or the
 * cluster does not answer, nothing changes. {@link #step} blocks and is to be called again and again, by one thread; {@link
 * #close} does not wait for it.
 */
public final class ScaleLoop implements AutoCloseable {
    /** Between two looks. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(ScaleLoop.class);
    private static final int VIEW_SECONDS = 10;

    private final Parts parts;
    private final Set<WorkerKind> missing = new HashSet<>();
    private ScaleState state = ScaleState.FIRST;
    private volatile boolean closed;

    /**
     * What the loop works with, all of it the caller's to close.
     *
     * @param fleet what the dispatcher's workers do
     * @param deposed asks the store whether a later term exists; may throw its {@link StoreException}
     * @param complete whether the dispatcher knows all work: false while experiments are still being read
     * @param clock the dispatcher's
     */
    public record Parts(
            ScaleSettings settings,
            Supplier<CompletableFuture<FleetView>> fleet,
            Pools pools,
            Cordon cordon,
            Leadership leadership,
            BooleanSupplier deposed,
            BooleanSupplier complete,
            ScaleMetrics metrics,
            Clock clock) {}

    /** Looks at nothing before the first {@link #step}. */
    public ScaleLoop(Parts parts) {
        this.parts = parts;
        parts.settings().pools().forEach((kind, pool) -> {
            if (!pool.leftAlone() && !pool.name().controller().honoursMarks()) {
                LOG.warnf(
                        "%s is never made smaller: its controller ends the pod with the highest number, whatever it does."
                                + " Use a deployment, or leave the pool alone (CRVQA_SCALE_LEAVE_ALONE)",
                        pool.name());
            }
        });
    }

    /** One look, and what follows from it. */
    public void step() {
        if (!parts.leadership().isHeld()) {
            state = state.afterAPause();
            return;
        }
        try {
            Optional<Observation> seen = look();
            if (seen.isPresent()) {
                act(seen.get(), ScalePlan.decide(parts.settings(), state, seen.get()));
            }
        } catch (PoolException | StoreException e) {
            LOG.warnf("Workers are not scaled: %s", e.getMessage());
        }
    }

    private Optional<Observation> look() {
        Map<WorkerKind, Pools.Size> sizes = new EnumMap<>(WorkerKind.class);
        parts.settings().pools().forEach((kind, pool) -> {
            Optional<Pools.Size> size = parts.pools().size(pool.name());
            size.ifPresent(found -> sizes.put(kind, found));
            if (size.isPresent() ? missing.remove(kind) : missing.add(kind)) {
                LOG.infof(
                        "There is %s %s, the pool of kind %s",
                        size.isPresent() ? "again" : "no", pool.name(), EnumNames.of(kind));
            }
        });
        boolean complete = parts.complete().getAsBoolean();
        return fleet().map(fleet ->
                new Observation(fleet, sizes, complete, parts.clock().instant()));
    }

    private Optional<FleetView> fleet() {
        try {
            return Optional.of(parts.fleet().get().get(VIEW_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("Workers are not scaled: what they do is not known: %s", e);
        }
        return Optional.empty();
    }

    private void act(Observation seen, ScaleDecision decision) {
        state = decision.state();
        synchronized (this) {
            if (closed) {
                return;
            }
            parts.metrics().show(seen.fleet(), seen.sizes(), decision.wanted());
            parts.cordon().hold(decision.leavers());
        }
        if (decision.marks().isEmpty() && decision.resizes().isEmpty()) {
            return;
        }
        if (parts.deposed().getAsBoolean() || !parts.leadership().isHeld() || closed) {
            LOG.info("Workers are not scaled: another coordinator leads, or may lead");
            return;
        }
        mark(decision.marks());
        decision.resizes().forEach((kind, workers) -> resize(kind, seen.sizes().get(kind), workers));
    }

    private void mark(Map<String, Mark> marks) {
        if (!marks.isEmpty()) {
            Map<String, Mark> confirmed = new HashMap<>(marks);
            confirmed.keySet().retainAll(parts.pools().mark(marks));
            state = state.marked(confirmed);
        }
    }

    private void resize(WorkerKind kind, Pools.Size from, int to) {
        PoolName pool = parts.settings().pools().get(kind).name();
        try {
            parts.pools().resize(pool, from, to);
            LOG.infof("%s is asked to have %d workers instead of %d", pool, to, from.workers());
        } catch (PoolException e) {
            LOG.warnf("%s keeps %d workers for now, %d are wanted: %s", pool, from.workers(), to, e.getMessage());
        }
    }

    /** Scales no more; those who were to leave get work again from whoever leads. */
    @Override
    public synchronized void close() {
        closed = true;
        parts.cordon().hold(Set.of());
        parts.metrics().clear();
    }
}
