package org.crvqa.coordinator.dispatch;

/** How a simulated worker is wrong rather than dead. */
enum SimWrong {
    /** It is as it should be. */
    NOT,
    /** Another release, and says so. */
    SAYS_OTHER_VERSION,
    /** Another release that does not say so before it is given a task. */
    IS_OTHER_VERSION,
    /** Another store, and says so. */
    SAYS_OTHER_STORE,
    /** Another store, which shows when it looks for inputs. */
    IS_OTHER_STORE,
    /** Another store, into which it puts its results. */
    COMMITS_ELSEWHERE,
    /** Does not understand its tasks. */
    REFUSES,
    /** Fails whatever it gets, as without a library. */
    FAILS,
    /** Fails whatever it gets, as without a secret. */
    NO_SECRET;

    /** Whether a Describe tells it. */
    boolean isSaid() {
        return this == SAYS_OTHER_VERSION || this == SAYS_OTHER_STORE;
    }
}
