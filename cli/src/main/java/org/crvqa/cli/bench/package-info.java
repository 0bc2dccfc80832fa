/** Measuring what steps of the study cost on this machine. */
@NullMarked
package org.crvqa.cli.bench;

import org.jspecify.annotations.NullMarked;
