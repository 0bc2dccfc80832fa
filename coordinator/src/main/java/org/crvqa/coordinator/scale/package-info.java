/**
 * How many workers of each kind there should be. {@link org.crvqa.coordinator.scale.ScalePlan} decides, a pure function of what
 * is seen; {@link org.crvqa.coordinator.scale.ScaleLoop} looks, asks it, and does what it says while this coordinator leads.
 * Where to look:
 *
 * <ul>
 *   <li>who gets how much of the devices: {@code Shares}
 *   <li>not at once: {@code Lean}; not for pods that never start: {@code Starts}
 *   <li>who leaves when a pool shrinks, and how it comes to be idle: {@code Leavers}, {@code Cordon}, {@code Mark}
 *   <li>the cluster's side: {@code Pools}
 * </ul>
 */
@NullMarked
package org.crvqa.coordinator.scale;

import org.jspecify.annotations.NullMarked;
