/** Rates of zeros that fit each other and a model. */
@NullMarked
package org.crvqa.study.sparsity;

import org.jspecify.annotations.NullMarked;
