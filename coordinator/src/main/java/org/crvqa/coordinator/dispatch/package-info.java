/** Tasks to workers: the state machine, the choice of the next task, retries, and the calls. */
@NullMarked
package org.crvqa.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
