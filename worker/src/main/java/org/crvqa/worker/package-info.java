/**
 * What the work services share: one task at a time on one device thread, an event stream that any number of callers can
 * join, cancel, drain, failures, metrics and health. The work itself is a {@link org.crvqa.worker.WorkHandler}.
 */
@NullMarked
package org.crvqa.worker;

import org.jspecify.annotations.NullMarked;
