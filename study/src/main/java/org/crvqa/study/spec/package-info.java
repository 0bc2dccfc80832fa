/** Experiment files: strict reading and checks that need no worker. */
@NullMarked
package org.crvqa.study.spec;

import org.jspecify.annotations.NullMarked;
