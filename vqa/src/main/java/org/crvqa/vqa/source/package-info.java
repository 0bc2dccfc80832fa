/** What files from outside are, whatever their names say. */
@NullMarked
package org.crvqa.vqa.source;

import org.jspecify.annotations.NullMarked;
