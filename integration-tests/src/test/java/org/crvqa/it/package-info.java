/** The whole of it with real processes: faults, real data, S3, the command line. */
@NullMarked
package org.crvqa.it;

import org.jspecify.annotations.NullMarked;
