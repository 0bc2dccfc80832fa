/** Optimizers over groups of tensors: Adam and its relatives, gradient clipping, the learning-rate schedule. */
@NullMarked
package org.crvqa.vqa.optim;

import org.jspecify.annotations.NullMarked;
