/** The proof that a killed and resumed task ends in the same bytes: tasks, kills, comparison, what is printed. */
@NullMarked
package org.crvqa.cli.verify;

import org.jspecify.annotations.NullMarked;
