package org.crvqa.cli.report;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A published score beside one of ours; fractions in [0, 1].
 *
 * @param place our cell
 * @param mean as published
 * @param std its standard deviation
 * @param n over how many runs
 * @param ours our mean; empty while there is none
 * @param within whether each mean lies within one standard deviation of the other; empty where a deviation is missing
 */
public record Published(
        Place place, double mean, OptionalDouble std, OptionalInt n, OptionalDouble ours, Optional<Boolean> within) {
    /** Ours less the published one. */
    public OptionalDouble difference() {
        return ours.isPresent() ? OptionalDouble.of(ours.getAsDouble() - mean) : OptionalDouble.empty();
    }
}
