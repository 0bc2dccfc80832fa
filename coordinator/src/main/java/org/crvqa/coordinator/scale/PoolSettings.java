package org.crvqa.coordinator.scale;

/**
 * Bounds of one pool.
 *
 * @param least workers that it always has; 0 allowed
 * @param most workers that it ever has; at least {@code least}
 * @param devices that each of its workers takes of the budget; 0 for workers that need none
 * @param leftAlone somebody else scales it: nothing of it is changed, and what it takes is not there for the others
 */
public record PoolSettings(PoolName name, int least, int most, int devices, boolean leftAlone) {
    /** @throws IllegalArgumentException when the bounds contradict each other */
    public PoolSettings {
        if (least < 0 || most < least || devices < 0) {
            throw new IllegalArgumentException(
                    name + ": from " + least + " to " + most + " of " + devices + " devices");
        }
    }
}
