/** How alike the masks of runs are: which runs, by what they differ, tables and pictures. */
@NullMarked
package org.crvqa.cli.masks;

import org.jspecify.annotations.NullMarked;
