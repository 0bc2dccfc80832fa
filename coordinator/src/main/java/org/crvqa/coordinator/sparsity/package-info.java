/** Rates of zeros that fit each other and a model. */
@NullMarked
package org.crvqa.coordinator.sparsity;

import org.jspecify.annotations.NullMarked;
