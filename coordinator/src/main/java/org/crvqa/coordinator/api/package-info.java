/** The gRPC service that clients talk to. */
@NullMarked
package org.crvqa.coordinator.api;

import org.jspecify.annotations.NullMarked;
