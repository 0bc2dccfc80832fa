package org.crvqa.vqa.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.crvqa.artifacts.InvalidInputException;

/**
 * The ids of the images in features files, gathered before features are decoded, where that takes no longer than to read
 * the files: of plain tab-separated files while they are hashed, of packed ones and pickles in a pass of their own, of HDF5 from
 * its index. Owned by one thread.
 */
final class ImageIds {
    private static final int BLOCK_BYTES = 1 << 16;

    private final SourceFiles sources;
    private final Map<Path, long[]> byFile = new HashMap<>();

    ImageIds(SourceFiles sources) {
        this.sources = sources;
    }

    /** Hashes a file, and takes its ids on the way if it is plain text. */
    void hash(Path file) {
        if (isTsv(file) && !SourceFiles.isPacked(file)) {
            TsvIds ids = new TsvIds();
            sources.hash(file, ids);
            byFile.put(file, ids.ids());
        } else {
            sources.hash(file);
        }
    }

    /**
     * Whether a file has an image, in whatever state; empty when that cannot be told of all files without decoding them.
     */
    Optional<LongPredicate> of(List<Path> files) {
        List<Path> left =
                files.stream().filter(file -> !byFile.containsKey(file)).toList();
        sources.begin("images", left);
        for (Path file : left) {
            Optional<long[]> ids = read(file);
            if (ids.isEmpty()) {
                return Optional.empty();
            }
            byFile.put(file, ids.get());
        }
        long[] all = files.stream()
                .map(byFile::get)
                .flatMapToLong(Arrays::stream)
                .sorted()
                .distinct()
                .toArray();
        return Optional.of(id -> Arrays.binarySearch(all, id) >= 0);
    }

    /** Empty also when something is wrong with the file, which whoever decodes it will find. */
    private Optional<long[]> read(Path file) {
        try {
            if (isTsv(file)) {
                return Optional.of(tsv(file));
            }
            try (RegionReader reader = RegionReaders.open(sources, file)) {
                return reader.imageIds();
            }
        } catch (InvalidInputException | IOException e) {
            return Optional.empty();
        }
    }

    private boolean isTsv(Path file) {
        try {
            TsvLines.open(sources, file).close();
            return true;
        } catch (InvalidInputException | IOException e) {
            return false;
        }
    }

    private long[] tsv(Path file) throws IOException {
        TsvIds ids = new TsvIds();
        byte[] block = new byte[BLOCK_BYTES];
        try (InputStream in = sources.open(file)) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                ids.accept(block, n);
            }
        }
        return ids.ids();
    }
}
