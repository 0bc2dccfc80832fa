/** Numbers about results and datasets, for people who ask what was found: how alike masks are, how answers shift. */
@NullMarked
package org.crvqa.vqa.analysis;

import org.jspecify.annotations.NullMarked;
