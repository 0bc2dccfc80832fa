package org.crvqa.vqa.device;

import java.util.Optional;

/**
 * A GPU as its driver describes it.
 *
 * @param memoryBytes all of it, free or not
 * @param uuid "GPU-" and a UUID
 */
public record Gpu(
        Optional<String> name, Optional<String> driverVersion, Optional<Long> memoryBytes, Optional<String> uuid) {
    static final Gpu UNKNOWN = new Gpu(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
