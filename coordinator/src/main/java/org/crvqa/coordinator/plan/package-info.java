/** From an experiment to a graph of content-addressed tasks. */
@NullMarked
package org.crvqa.coordinator.plan;

import org.jspecify.annotations.NullMarked;
