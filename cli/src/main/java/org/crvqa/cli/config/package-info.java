/** What a person says once for all commands, in a file. */
@NullMarked
package org.crvqa.cli.config;

import org.jspecify.annotations.NullMarked;
