package org.crvqa.worker;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * For how long waiting for the store is a sign of work: as long as the file that is being fetched changes, and for anything
 * else up to a limit. A store that says nothing for longer is no better than a device that hangs.
 *
 * @param limit for one call, or since the last change of the file
 * @param nanoTime as {@link System#nanoTime}
 */
record StoreWait(Duration limit, LongSupplier nanoTime) {
    /** Whether a call that begins now still counts. */
    BooleanSupplier begin() {
        long began = nanoTime.getAsLong();
        return () -> nanoTime.getAsLong() - began <= limit.toNanos();
    }

    /** Whether a call that begins now and writes this file still counts. */
    BooleanSupplier begin(Path target) {
        File file = target.toFile();
        return new BooleanSupplier() {
            private long changed = nanoTime.getAsLong();
            private long modified = file.lastModified();
            private long length = file.length();

            @Override
            public boolean getAsBoolean() {
                long now = nanoTime.getAsLong();
                if (file.lastModified() != modified || file.length() != length) {
                    modified = file.lastModified();
                    length = file.length();
                    changed = now;
                }
                return now - changed <= limit.toNanos();
            }
        };
    }
}
