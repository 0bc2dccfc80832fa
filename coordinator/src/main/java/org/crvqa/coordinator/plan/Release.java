package org.crvqa.coordinator.plan;

import java.util.List;
import org.crvqa.artifacts.AlgorithmVersion;

/**
 * What a released planner adds to an experiment: the version of the algorithm in its specs, and its choices where the
 * experiment says nothing. Whoever changes one of the two keeps the values of before here: they plan the experiments that
 * were submitted to a coordinator which did not write plans down.
 *
 * @param algorithmVersion of every spec
 * @param defaults written out in every spec
 */
public record Release(int algorithmVersion, Defaults defaults) {
    /** The last one whose coordinators planned each experiment anew at every start. */
    public static final Release VERSION_2 = new Release(2, Defaults.PAPER);

    /** This one. */
    public static final Release CURRENT = new Release(AlgorithmVersion.CURRENT, Defaults.PAPER);

    /** Those whose coordinators wrote no plans down, oldest first. */
    public static final List<Release> WITHOUT_STORED_PLANS = List.of(VERSION_2);
}
