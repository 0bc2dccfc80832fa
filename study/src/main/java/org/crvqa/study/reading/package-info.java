/** Experiments as the store tells of them, without a coordinator. */
@NullMarked
package org.crvqa.study.reading;

import org.jspecify.annotations.NullMarked;
