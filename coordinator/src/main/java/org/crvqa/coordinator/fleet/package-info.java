/**
 * Which workers there are, told by whoever knows: a list that never changes, or a cluster in which they come and go. What
 * each of them does is the dispatcher's to know.
 */
@NullMarked
package org.crvqa.coordinator.fleet;

import org.jspecify.annotations.NullMarked;
