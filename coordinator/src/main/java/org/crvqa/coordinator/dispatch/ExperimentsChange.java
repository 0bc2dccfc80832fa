package org.crvqa.coordinator.dispatch;

import java.util.List;
import org.crvqa.coordinator.v1.ExperimentStatus;

/**
 * Experiments of which something is new.
 *
 * @param step to ask for later changes with
 * @param experiments those that changed last come first
 */
public record ExperimentsChange(long step, List<Changed> experiments) {
    /** Copies what it is given. */
    public ExperimentsChange {
        experiments = List.copyOf(experiments);
    }

    /**
     * An experiment that changed.
     *
     * @param step at which it did last
     * @param experiment without tasks
     */
    public record Changed(long step, ExperimentStatus experiment) {}
}
