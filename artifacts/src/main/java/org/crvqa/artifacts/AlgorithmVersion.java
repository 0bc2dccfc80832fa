package org.crvqa.artifacts;

/** What the programs of this release compute. */
public final class AlgorithmVersion {
    /**
     * {@code algorithm_version} of the specs of training, pruning and evaluation. The coordinator plans it, and workers
     * take no other. Raised whenever the same spec would give other bytes; then the release before gets its own constant
     * in the coordinator's {@code Release}.
     */
    public static final int CURRENT = 3;

    private AlgorithmVersion() {}
}
