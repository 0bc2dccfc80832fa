package org.crvqa.coordinator.leader;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.dispatch.Leadership;
import org.jboss.logging.Logger;

/**
 * One coordinator's part in the election of a leader. A candidate stands by or leads:
 *
 * <pre>
 * stands by → leads      nobody ever led, or the newest term was released, its holder's sign of life has not changed for
 *                        a lease of this process's own clock, or its holder was this process before its restart; and
 *                        this process was the first to claim the next term
 * leads     → stands by  a newer term exists, or it resigned
 * </pre>
 *
 * The leader renews its sign of life at each {@link #step}. When the latest renewal is older than the lease, because the
 * process was paused or the store is away, the lead is not held until the store has said that no newer term exists. No
 * wall clocks are compared. {@link #step} blocks on the store; everything else returns at once. Thread-safe.
 */
public final class Election {
    private static final Logger LOG = Logger.getLogger(Election.class);

    private final Terms terms;
    private final String holder;
    private final String instance;
    private final long lease;
    private final LongSupplier nanos;
    private final Listener listener;

    /** The term that it leads; 0: it stands by. */
    private volatile long leading;

    private volatile long heldFrom;
    private volatile long renewed;
    private volatile boolean challenged;
    private volatile Optional<String> leader = Optional.empty();

    private long counter;
    private boolean looked;
    private boolean closed;
    private long seen;
    private String sign = "";
    private long seenAt;

    /**
     * Stands by until the first {@link #step}.
     *
     * @param holder unique per process start
     * @param instance host:port of this process's gRPC server, which it has bound already
     * @param nanos as {@link System#nanoTime()}
     */
    public Election(
            ObjectStore store,
            Clock clock,
            String holder,
            String instance,
            Duration lease,
            LongSupplier nanos,
            Listener listener) {
        this.terms = new Terms(store, clock);
        this.holder = holder;
        this.instance = instance;
        this.lease = lease.toNanos();
        this.nanos = nanos;
        this.listener = listener;
    }

    /** Hears of changes, on the thread that made the step. */
    public interface Listener {
        /** Leads from now on, under a term of its own. */
        void elected(Leadership mandate);

        /** Leads no more. {@code why} is for people. */
        void deposed(String why);

        /** A worker has seen a later term: {@link Election#step} should be called soon. */
        void challenged();
    }

    /** Claims, renews or steps down. To be called every third of the lease. */
    public synchronized void step() {
        if (closed) {
            return;
        }
        try {
            if (leading == 0) {
                standBy();
            } else {
                renew();
            }
        } catch (StoreException | ArtifactCorruptException e) {
            LOG.warnf("The election waits for the store: %s", e.getMessage());
        }
    }

    /** Stands by again and lets another lead at once. Does nothing unless it leads. */
    public synchronized void resign() {
        long term = leading;
        if (term != 0) {
            leading = 0;
            terms.release(term);
        }
    }

    /** Resigns and takes part no more. */
    public synchronized void close() {
        closed = true;
        resign();
    }

    /** host:port of the coordinator that leads or led last, as far as this one has seen. */
    public Optional<String> leader() {
        return leader;
    }

    private void standBy() {
        Optional<Term> newest = terms.newest(seen);
        if (newest.isEmpty()) {
            claim(1);
            return;
        }
        Term term = newest.get();
        String latest = terms.alive(term.number());
        boolean released = terms.isReleased(term.number());
        long now = nanos.getAsLong();
        if (term.number() != seen || !latest.equals(sign)) {
            seen = term.number();
            sign = latest;
            seenAt = now;
        }
        leader = Optional.of(term.instance());
        // Only at the first look: later, an equal name means two processes that were given the same one.
        boolean ownBefore = !looked && term.instance().equals(instance);
        looked = true;
        if (term.holder().equals(holder) && !released) {
            // The answer to the claim was lost, and with it what was known of the term before.
            lead(term.number(), now, now + lease);
        } else if (released || ownBefore) {
            claim(term.number() + 1);
        } else if (now - seenAt >= lease) {
            replace(term.number());
        }
    }

    private void claim(long number) {
        long began = nanos.getAsLong();
        if (terms.claim(new Term(number, holder, instance))) {
            lead(number, began, began);
        }
    }

    /** Its leader gave no sign of life: but it may have given one after the last look, and lead for another lease. */
    private void replace(long silent) {
        long began = nanos.getAsLong();
        if (terms.claim(new Term(silent + 1, holder, instance))) {
            boolean alive = !terms.alive(silent).equals(sign);
            lead(silent + 1, began, alive ? nanos.getAsLong() + lease : began);
        }
    }

    private void lead(long term, long began, long from) {
        looked = true;
        challenged = false;
        renewed = began;
        heldFrom = from;
        leading = term;
        seen = term;
        sign = "";
        leader = Optional.of(instance);
        LOG.infof("This coordinator leads: term %d", term);
        listener.elected(new Mandate(term));
    }

    private void renew() {
        long began = nanos.getAsLong();
        challenged = false;
        terms.renew(leading, ++counter);
        if (terms.exists(leading + 1)) {
            String why =
                    "term " + (leading + 1) + " was claimed after term " + leading + ", which this coordinator led";
            leading = 0;
            seenAt = began;
            LOG.warnf("Stepping down: %s", why);
            listener.deposed(why);
        } else {
            renewed = began;
        }
    }

    private final class Mandate implements Leadership {
        private final long term;

        Mandate(long term) {
            this.term = term;
        }

        @Override
        public long term() {
            return term;
        }

        @Override
        public boolean isHeld() {
            long now = nanos.getAsLong();
            return leading == term && !challenged && now - renewed < lease && now - heldFrom >= 0;
        }

        @Override
        public void challenged(String by) {
            if (leading == term) {
                LOG.warnf("Term %d is in doubt: %s", term, by);
                challenged = true;
                listener.challenged();
            }
        }
    }
}
