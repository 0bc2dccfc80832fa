package org.crvqa.coordinator.leader;

/**
 * What a coordinator is in the election of the leader. All times are of this process's own monotonic clock, in
 * nanoseconds.
 *
 * <pre>
 *            | looked: new sign   | looked: same sign, | claimed,       | claimed, holder  | renewed, | renewed,      | challenged | resigned
 *            | of life or term    | free for a lease   | holder silent  | not surely so    | no later | later term    |            |
 * Standby    | Standby, since now | Standby: claim     | Leader         | Waiting          | -        | -             | -          | -
 * Waiting    | -                  | -                  | -              | -                | Waiting, | Standby       | Waiting    | Standby
 *            |                    |                    |                |                  | or Leader|               |            |
 * Leader     | -                  | -                  | -              | -                | Leader   | Standby       | Leader,    | Standby
 *            |                    |                    |                |                  |          |               | doubted    |
 * </pre>
 */
sealed interface Role {
    /** What is true before the first look. */
    Standby FIRST = new Standby(0, "", 0, false);

    /** Whether nobody else can lead at this moment, as far as this clock tells. */
    boolean isHeld(long now, long lease);

    /**
     * Another leads, or nobody.
     *
     * @param seen the newest term seen; 0: none
     * @param sign of life of its holder, as last seen
     * @param since when that sign was new
     * @param looked whether it has looked at all
     */
    record Standby(long seen, String sign, long since, boolean looked) implements Role {
        /** What the store says of the newest term. */
        Standby looked(long term, String latest, long now) {
            boolean same = looked && term == seen && latest.equals(sign);
            return same ? this : new Standby(term, latest, now, true);
        }

        /** Whether the holder of the newest term has given no sign for a lease. */
        boolean isFree(long now, long lease) {
            return looked && now - since >= lease;
        }

        /** It holds {@code term} since {@code began}, and must wait until {@code from}, when the one before has stopped. */
        Role claimed(long term, long began, long from) {
            return from > began ? new Waiting(term, began, from) : new Leader(term, began, false);
        }

        @Override
        public boolean isHeld(long now, long lease) {
            return false;
        }
    }

    /**
     * It holds the newest term, but the leader before may have renewed its own just before that: it may still give out
     * tasks until {@code from}.
     */
    record Waiting(long term, long renewed, long from) implements Role {
        Role renewed(long began) {
            return began >= from ? new Leader(term, began, false) : new Waiting(term, began, from);
        }

        @Override
        public boolean isHeld(long now, long lease) {
            return false;
        }
    }

    /**
     * It holds the newest term.
     *
     * @param renewed when the latest renewal began
     * @param doubted a worker has seen a later term: nothing holds until the store has been asked
     */
    record Leader(long term, long renewed, boolean doubted) implements Role {
        Leader renewed(long began) {
            return new Leader(term, began, false);
        }

        Leader challenged() {
            return new Leader(term, renewed, true);
        }

        @Override
        public boolean isHeld(long now, long lease) {
            return !doubted && now - renewed < lease;
        }
    }

    /** The term that it holds; 0: none. */
    default long term() {
        if (this instanceof Leader leader) {
            return leader.term;
        }
        return this instanceof Waiting waiting ? waiting.term : 0;
    }
}
