/** Datasets: import from the files that researchers have into an artifact, and reading of that artifact. */
@NullMarked
package org.crvqa.vqa.data;

import org.jspecify.annotations.NullMarked;
