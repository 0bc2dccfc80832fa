/** What every service does about its own process, whatever it serves. */
@NullMarked
package org.crvqa.artifacts.process;

import org.jspecify.annotations.NullMarked;
