/** The coordinator's own threads: how they are made, and what ends the process. */
@NullMarked
package org.crvqa.coordinator.threads;

import org.jspecify.annotations.NullMarked;
