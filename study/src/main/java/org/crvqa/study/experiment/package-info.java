/** Experiments in the object store, the only place where they are kept. */
@NullMarked
package org.crvqa.study.experiment;

import org.jspecify.annotations.NullMarked;
