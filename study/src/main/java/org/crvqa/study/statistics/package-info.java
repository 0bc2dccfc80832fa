/** Whether a difference between rows of a report is more than chance: resampling of questions and seeds, exact tests. */
@NullMarked
package org.crvqa.study.statistics;

import org.jspecify.annotations.NullMarked;
