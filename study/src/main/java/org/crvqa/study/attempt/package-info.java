/** What the store remembers of attempts at tasks: claims, outcomes, deaths. */
@NullMarked
package org.crvqa.study.attempt;

import org.jspecify.annotations.NullMarked;
