/** Which of several coordinators leads: an election over the object store by create-if-absent alone. */
@NullMarked
package org.crvqa.coordinator.leader;

import org.jspecify.annotations.NullMarked;
