/** Experiment files: strict reading and checks that need no worker. */
@NullMarked
package org.crvqa.coordinator.spec;

import org.jspecify.annotations.NullMarked;
