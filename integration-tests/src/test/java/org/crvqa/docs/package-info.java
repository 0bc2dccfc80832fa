/** Checks of what the documentation shows. */
@NullMarked
package org.crvqa.docs;

import org.jspecify.annotations.NullMarked;
