/** Losses that keep a model from answering by the bias of the training set. */
@NullMarked
package org.crvqa.vqa.debias;

import org.jspecify.annotations.NullMarked;
