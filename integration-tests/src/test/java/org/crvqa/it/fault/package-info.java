/** The rows of the fault matrix (docs/faults.md) as scenarios with real processes. */
@NullMarked
package org.crvqa.it.fault;

import org.jspecify.annotations.NullMarked;
