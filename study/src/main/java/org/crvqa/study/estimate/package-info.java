/** How much device time a plan will take, from rates that were measured. */
@NullMarked
package org.crvqa.study.estimate;

import org.jspecify.annotations.NullMarked;
