/** The coordinator process: wiring, configuration, start and end. */
@NullMarked
package org.crvqa.coordinator;

import org.jspecify.annotations.NullMarked;
