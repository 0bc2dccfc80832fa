/** The tasks of the study: training, pruning and evaluation from artifacts to artifacts. */
@NullMarked
package org.crvqa.vqa.train;

import org.jspecify.annotations.NullMarked;
