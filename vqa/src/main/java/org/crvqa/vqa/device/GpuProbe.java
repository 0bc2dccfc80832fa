package org.crvqa.vqa.device;

import java.util.Optional;

/** Finds out whether this process can compute on a GPU. */
@FunctionalInterface
interface GpuProbe {
    /** Empty where it can. */
    Optional<Unusable> probe();
}
