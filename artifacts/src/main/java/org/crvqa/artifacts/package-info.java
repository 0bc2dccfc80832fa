/** Content-addressed artifacts in an object store, committed by a manifest that is written last. */
@NullMarked
package org.crvqa.artifacts;

import org.jspecify.annotations.NullMarked;
