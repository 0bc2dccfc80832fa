/** Object stores: the only durable state of the cluster. */
@NullMarked
package org.crvqa.artifacts.store;

import org.jspecify.annotations.NullMarked;
