/** Experiments, plans and reports as people see them. */
@NullMarked
package org.crvqa.cli.experiment;

import org.jspecify.annotations.NullMarked;
