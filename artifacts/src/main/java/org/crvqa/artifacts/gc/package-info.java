/** The collection of garbage: what nothing needs any more goes, what anybody holds stays. */
@NullMarked
package org.crvqa.artifacts.gc;

import org.jspecify.annotations.NullMarked;
