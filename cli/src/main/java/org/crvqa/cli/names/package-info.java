/** The names that a store has for datasets and models. */
@NullMarked
package org.crvqa.cli.names;

import org.jspecify.annotations.NullMarked;
