/** The object store, as commands that write to it directly use it. */
@NullMarked
package org.crvqa.cli.store;

import org.jspecify.annotations.NullMarked;
