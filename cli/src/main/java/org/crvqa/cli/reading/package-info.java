/** Experiments as a coordinator tells of them, or as a store does where there is none. */
@NullMarked
package org.crvqa.cli.reading;

import org.jspecify.annotations.NullMarked;
