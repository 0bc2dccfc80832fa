/** Checks of the files under {@code deploy/}. */
@NullMarked
package org.crvqa.deploy;

import org.jspecify.annotations.NullMarked;
