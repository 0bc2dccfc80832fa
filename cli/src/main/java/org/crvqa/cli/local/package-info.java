/** The services as supervised processes of one machine. */
@NullMarked
package org.crvqa.cli.local;

import org.jspecify.annotations.NullMarked;
