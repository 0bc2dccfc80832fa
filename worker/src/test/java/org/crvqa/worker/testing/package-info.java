/** What every work service must pass; published to the services' tests as worker's test jar. */
@NullMarked
package org.crvqa.worker.testing;

import org.jspecify.annotations.NullMarked;
