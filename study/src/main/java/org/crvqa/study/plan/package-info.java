/** From an experiment to a graph of content-addressed tasks. */
@NullMarked
package org.crvqa.study.plan;

import org.jspecify.annotations.NullMarked;
