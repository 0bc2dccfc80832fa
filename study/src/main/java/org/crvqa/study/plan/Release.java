package org.crvqa.study.plan;

import java.util.List;
import org.crvqa.artifacts.AlgorithmVersion;

/**
 * What a released planner adds to an experiment: the version of the algorithm in its specs, and its choices where the
 * experiment says nothing. Experiments keep the plan that was made of them, so that no release has to be remembered but
 * those whose coordinators wrote no plans down.
 *
 * @param algorithmVersion of every spec
 * @param defaults written out in every spec
 */
public record Release(int algorithmVersion, Defaults defaults) {
    /** The last one whose coordinators planned each experiment anew at every start. Never to be changed. */
    public static final Release VERSION_2 = new Release(2, Defaults.DROPPING_ONE_AT_ZERO);

    /** This one: whoever changes a default gives it other ones than {@link #VERSION_2}. */
    public static final Release CURRENT = new Release(AlgorithmVersion.CURRENT, Defaults.PAPER);

    /** Those whose coordinators wrote no plans down, oldest first. */
    public static final List<Release> WITHOUT_STORED_PLANS = List.of(VERSION_2);
}
