/** The command line: commands, options, exit codes. */
@NullMarked
package org.crvqa.cli;

import org.jspecify.annotations.NullMarked;
