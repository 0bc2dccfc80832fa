package org.crvqa.coordinator.leader;

import org.crvqa.artifacts.store.ObjectStore;

/**
 * Asks the store, and no clock, whether a coordinator still leads: it does as long as nobody has claimed the term after its
 * own. Terms are claimed one after the other, so that one look is enough. Blocks on the store and throws its
 * {@link org.crvqa.artifacts.store.StoreException}. Thread-safe.
 */
public final class TermFence {
    private final ObjectStore store;
    private final long term;

    /** The store stays the caller's to close. @param term in which the asking coordinator leads */
    public TermFence(ObjectStore store, long term) {
        this.store = store;
        this.term = term;
    }

    /**
     * Whether somebody leads after this coordinator. When not, whatever it wrote before it asked is seen by each later
     * leader, which reads the store only after it has claimed its term.
     */
    public boolean newerTermExists() {
        return store.exists(Terms.claim(term + 1));
    }

    /** @throws DeposedException when a newer term exists */
    public void check() {
        if (newerTermExists()) {
            throw new DeposedException("Another coordinator leads since term " + (term + 1) + "; this one led in term "
                    + term + ". Ask again");
        }
    }
}
