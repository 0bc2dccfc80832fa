/** Scores of an experiment, grouped by everything but the seeds. */
@NullMarked
package org.crvqa.study.report;

import org.jspecify.annotations.NullMarked;
