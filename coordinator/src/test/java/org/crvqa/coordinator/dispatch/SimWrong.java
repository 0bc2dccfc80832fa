package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.util.Optional;
import org.crvqa.artifacts.AlgorithmVersion;

/** How a simulated worker is wrong rather than dead, and what it says of itself. */
enum SimWrong {
    /** It is as it should be. */
    NOT(AlgorithmVersion.CURRENT, SimStore.ID, Optional.empty()),
    /** Another release, and says so. */
    SAYS_OTHER_VERSION(AlgorithmVersion.CURRENT + 1, SimStore.ID, Optional.of(otherVersion())),
    /** Another release that does not say so before it is given a task. */
    IS_OTHER_VERSION(0, "", Optional.of(otherVersion())),
    /** Another store, and says so. */
    SAYS_OTHER_STORE(AlgorithmVersion.CURRENT, "another-store", Optional.empty()),
    /** Another store, which shows when it looks for inputs. */
    IS_OTHER_STORE(AlgorithmVersion.CURRENT, "", Optional.empty()),
    /** Another store, into which it puts its results. */
    COMMITS_ELSEWHERE(AlgorithmVersion.CURRENT, "", Optional.empty()),
    /** Does not understand its tasks. */
    REFUSES(0, "", Optional.of(Status.INVALID_ARGUMENT.withDescription("unknown field"))),
    /** Fails whatever it gets, as without a library. */
    FAILS(AlgorithmVersion.CURRENT, SimStore.ID, Optional.empty()),
    /** Fails whatever it gets, as without a secret. */
    NO_SECRET(AlgorithmVersion.CURRENT, SimStore.ID, Optional.empty());

    /** In its description; 0: it does not say. */
    final int saidVersion;

    /** In its description; empty: it does not say. */
    final String saidStore;

    /** How it ends a call; empty: it takes the task. */
    final Optional<Status> refusal;

    SimWrong(int saidVersion, String saidStore, Optional<Status> refusal) {
        this.saidVersion = saidVersion;
        this.saidStore = saidStore;
        this.refusal = refusal;
    }

    private static Status otherVersion() {
        return Status.INVALID_ARGUMENT.withDescription("This worker computes algorithm version 1");
    }

    /** Whether a Describe tells it. */
    boolean isSaid() {
        return this == SAYS_OTHER_VERSION || this == SAYS_OTHER_STORE;
    }
}
