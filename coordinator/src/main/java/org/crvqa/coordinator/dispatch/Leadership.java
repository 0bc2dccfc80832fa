package org.crvqa.coordinator.dispatch;

/** By what right a dispatcher gives out tasks. Methods return at once and may be called by any thread. */
public interface Leadership {
    /** Of a dispatcher beside which there can be no other: no worker refuses it. */
    Leadership ALONE = new Leadership() {
        @Override
        public long term() {
            return 0;
        }

        @Override
        public boolean isHeld() {
            return true;
        }

        @Override
        public void challenged(String by) {}
    };

    /** Goes with every task. Never changes. */
    long term();

    /** Whether nobody else can lead at this moment, as far as this process's own clock tells. */
    boolean isHeld();

    /** A worker has seen a later term: it is not held until the store has been asked. {@code by} is for the log. */
    void challenged(String by);
}
