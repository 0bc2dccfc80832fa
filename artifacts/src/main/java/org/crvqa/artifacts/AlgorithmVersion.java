package org.crvqa.artifacts;

/** What the programs of this release compute. */
public final class AlgorithmVersion {
    /**
     * {@code algorithm_version} of the specs of training, pruning and evaluation. The coordinator plans it, and workers
     * take no other. Raised whenever the same spec would give other bytes. What then becomes of experiments that were
     * submitted before stands in docs/architecture.md, "An upgrade".
     */
    public static final int CURRENT = 3;

    private AlgorithmVersion() {}
}
