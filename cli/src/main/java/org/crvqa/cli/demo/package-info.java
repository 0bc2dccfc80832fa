/** The demonstration: sample data, a small model, one experiment, its report. */
@NullMarked
package org.crvqa.cli.demo;

import org.jspecify.annotations.NullMarked;
