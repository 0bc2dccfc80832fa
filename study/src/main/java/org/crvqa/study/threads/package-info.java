/** The coordinator's own threads: how they are made, and what ends the process. */
@NullMarked
package org.crvqa.study.threads;

import org.jspecify.annotations.NullMarked;
