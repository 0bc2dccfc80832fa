/** What people see: tables, progress and messages on terminals and in logs. */
@NullMarked
package org.crvqa.cli.console;

import org.jspecify.annotations.NullMarked;
