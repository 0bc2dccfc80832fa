package org.crvqa.coordinator.leader;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
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
 * {@link Role} has the table. The leader renews its sign of life at each {@link #step}. When the latest renewal is older
 * than the lease, because the process was paused or the store is away, the lead is not held until the store has said that
 * no newer term exists. No wall clocks are compared. What is promised to clients rests on {@link TermFence} and on no
 * clock at all. {@link #step} blocks on the store; everything else returns at once. Thread-safe.
 */
public final class Election {
    private static final Logger LOG = Logger.getLogger(Election.class);

    private final Terms terms;
    private final String holder;
    private final String instance;
    private final long lease;
    private final LongSupplier nanos;
    private final Listener listener;

    /** Held by whoever changes the role; for a moment only, unlike this object's monitor. */
    private final Object challenges = new Object();

    private volatile Role role = Role.FIRST;
    private volatile Optional<String> leader = Optional.empty();
    private long counter;
    private boolean closed;

    /**
     * Stands by until the first {@link #step}.
     *
     * @param store whose calls take less than half of the lease, so that one that hangs costs no lead
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
            if (role instanceof Role.Standby standby) {
                standBy(standby);
            } else {
                renew(role);
            }
        } catch (StoreException e) {
            LOG.warnf("The election waits for the store: %s", e.getMessage());
        }
    }

    /** Stands by again and lets another lead at once. Does nothing unless it leads. */
    public synchronized void resign() {
        long term = role.term();
        if (term != 0) {
            become(new Role.Standby(term, "", nanos.getAsLong(), true));
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

    private void standBy(Role.Standby before) {
        Optional<Term> newest = terms.newest(before.seen());
        if (newest.isEmpty()) {
            claim(before, 1);
            return;
        }
        Term term = newest.get();
        String latest = terms.alive(term.number());
        boolean released = terms.isReleased(term.number());
        long now = nanos.getAsLong();
        Role.Standby standby = before.looked(term.number(), latest, now);
        become(standby);
        leader = Optional.of(term.instance()).filter(instance -> !instance.isEmpty());
        // Only at the first look: later, an equal name means two processes that were given the same one.
        boolean ownBefore = !before.looked() && term.instance().equals(instance);
        if (term.holder().equals(holder) && !released) {
            // The answer to the claim was lost, and with it what was known of the term before.
            lead(standby.claimed(term.number(), now, now + lease));
        } else if (released || ownBefore) {
            claim(standby, term.number() + 1);
        } else if (standby.isFree(now, lease)) {
            replace(standby);
        }
    }

    private void claim(Role.Standby standby, long number) {
        long began = nanos.getAsLong();
        if (terms.claim(new Term(number, holder, instance))) {
            lead(standby.claimed(number, began, began));
        }
    }

    /** Its leader gave no sign of life: but it may have given one after the last look, and lead for another lease. */
    private void replace(Role.Standby standby) {
        long silent = standby.seen();
        long began = nanos.getAsLong();
        if (terms.claim(new Term(silent + 1, holder, instance))) {
            boolean alive = !terms.alive(silent).equals(standby.sign());
            lead(standby.claimed(silent + 1, began, alive ? nanos.getAsLong() + lease : began));
        }
    }

    private void become(Role next) {
        synchronized (challenges) {
            role = next;
        }
    }

    private void lead(Role claimed) {
        become(claimed);
        LOG.infof("This coordinator leads: term %d", claimed.term());
        // Before anybody reads who leads: this process must not tell callers to ask itself.
        listener.elected(new Mandate(claimed.term()));
        leader = Optional.of(instance);
        terms.settle(claimed.term());
    }

    /** The sign of life first: whoever claims after the look has seen it, and waits for this lease to end. */
    private void renew(Role now) {
        long began = nanos.getAsLong();
        long term = now.term();
        terms.renew(term, ++counter);
        if (terms.exists(term + 1)) {
            String why = "term " + (term + 1) + " was claimed after term " + term + ", which this coordinator led";
            become(new Role.Standby(term, "", began, true));
            LOG.warnf("Stepping down: %s", why);
            listener.deposed(why);
            return;
        }
        synchronized (challenges) {
            // A worker's word that came during the look is kept for the next one.
            if (role == now) {
                role = now instanceof Role.Waiting waiting
                        ? waiting.renewed(began)
                        : ((Role.Leader) now).renewed(began);
            }
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
            Role now = role;
            return now.term() == term && now.isHeld(nanos.getAsLong(), lease);
        }

        @Override
        public void challenged(String by) {
            synchronized (challenges) {
                if (role instanceof Role.Leader now && now.term() == term) {
                    LOG.warnf("Term %d is in doubt: %s", term, by);
                    role = now.challenged();
                    listener.challenged();
                }
            }
        }
    }
}
