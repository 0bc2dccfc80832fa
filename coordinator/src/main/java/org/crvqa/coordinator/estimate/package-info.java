/** How much device time a plan will take, from rates that were measured. */
@NullMarked
package org.crvqa.coordinator.estimate;

import org.jspecify.annotations.NullMarked;
