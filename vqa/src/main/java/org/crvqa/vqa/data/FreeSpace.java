package org.crvqa.vqa.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.TensorType;

/** Finds out before hours of work that the features will not fit on the disk. */
final class FreeSpace {
    private FreeSpace() {}

    /**
     * About so many bytes will the features of a TSV take: base64 has 4 characters for 3 bytes, a half is half of what
     * it was. Of a gzipped TSV, which shrinks at least to those 3 bytes, it is somewhat less than they will take.
     */
    static long ofFeatures(long tsvBytes, TensorType type) {
        return tsvBytes / 4 * 3 * type.bytes() / Float.BYTES;
    }

    /** @throws InvalidInputException when the folder's disk has no room for so many bytes */
    static void require(Path folder, long bytes) throws IOException {
        require(folder, bytes, Files.getFileStore(folder).getUsableSpace());
    }

    static void require(Path folder, long bytes, long usable) {
        if (bytes > usable) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "The region features will take about %,d MiB, but only %,d MiB are free in %s",
                            bytes >> 20,
                            usable >> 20,
                            folder),
                    "Free space there, or store the features as float16; a store on the same disk needs as much again.");
        }
    }
}
