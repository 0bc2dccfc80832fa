/** Masks over weight matrices: how they start, how they are trained, what is stored, how sparse they are. */
@NullMarked
package org.crvqa.vqa.mask;

import org.jspecify.annotations.NullMarked;
