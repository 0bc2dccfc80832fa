/** The tensor engine as a process loads it. */
@NullMarked
package org.crvqa.vqa.engine;

import org.jspecify.annotations.NullMarked;
