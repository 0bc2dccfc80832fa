/** What training tasks measured on the way, as tables, pictures and event files. */
@NullMarked
package org.crvqa.cli.history;

import org.jspecify.annotations.NullMarked;
