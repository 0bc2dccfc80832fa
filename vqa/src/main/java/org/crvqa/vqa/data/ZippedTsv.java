package org.crvqa.vqa.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.crvqa.artifacts.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tab-separated files of region features in a ZIP archive as it was published, one after the other by name,
 * without unpacking it. Owned by one thread.
 */
final class ZippedTsv implements RegionReader {
    /** Some were published in parts, such as karpathy_train_resnet101_faster_rcnn_genome.tsv.0. */
    private static final Pattern TSV = Pattern.compile("(?s).+\\.tsv(\\.\\d+)?");

    private static final String FOREIGN = "__MACOSX/";
    private static final int SHOWN = 5;
    private static final int BLOCK_BYTES = 1 << 16;

    private final Path file;
    private final SourceFiles sources;
    private final ZipFile zip;
    private final Iterator<? extends ZipEntry> entries;
    private @Nullable TsvLines lines;
    private Place place;
    private boolean any;

    private ZippedTsv(Path file, SourceFiles sources, ZipFile zip, List<? extends ZipEntry> entries) {
        this.file = file;
        this.sources = sources;
        this.zip = zip;
        this.entries = entries.iterator();
        this.place = new Place(file, "its list of files");
    }

    /** @throws InvalidInputException when it is no complete archive, or has no such file in it */
    static ZippedTsv open(SourceFiles sources, Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    file + " is no complete ZIP archive: " + e.getMessage(),
                    "Download it again, and look at its size; or unpack it and give the TSV file that was in it.",
                    e);
        }
        try {
            return new ZippedTsv(file, sources, zip, tsv(file, zip));
        } catch (RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /** Whether a file is an archive with such files. */
    static boolean isOne(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.stream().anyMatch(ZippedTsv::isTsv);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isTsv(ZipEntry entry) {
        return TSV.matcher(entry.getName()).matches() && !entry.getName().startsWith(FOREIGN);
    }

    /** Bytes that the files of region features in an archive have when they are unpacked. */
    static long unpackedBytes(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return tsv(file, zip).stream().mapToLong(ZipEntry::getSize).sum();
        } catch (ZipException e) {
            return 0;
        }
    }

    private static List<? extends ZipEntry> tsv(Path file, ZipFile zip) {
        List<? extends ZipEntry> found = zip.stream()
                .filter(ZippedTsv::isTsv)
                .sorted(Comparator.comparing(ZipEntry::getName))
                .toList();
        if (found.isEmpty()) {
            List<String> names = zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .limit(SHOWN)
                    .map(entry -> ImageKeys.shown(entry.getName()))
                    .toList();
            throw new InvalidInputException(
                    file + " holds no TSV file of region features but " + zip.size() + " entries, such as "
                            + String.join(", ", names),
                    "Give an archive with a .tsv file in it; unpack archives of other files and give these.");
        }
        return found;
    }

    /** From the first fields of all lines, in a pass of its own over the packed files, before {@link #next}. */
    @Override
    public Optional<long[]> imageIds() throws IOException {
        LongStream.Builder all = LongStream.builder();
        byte[] block = new byte[BLOCK_BYTES];
        for (ZipEntry entry : tsv(file, zip)) {
            TsvIds ids = new TsvIds();
            try (InputStream in = new Counted(zip.getInputStream(entry), entry)) {
                for (int n = in.read(block); n >= 0; n = in.read(block)) {
                    ids.accept(block, n);
                }
            }
            for (long id : ids.ids()) {
                all.add(id);
            }
        }
        return Optional.of(all.build().toArray());
    }

    @Override
    public Optional<EncodedImage> next() throws IOException {
        try {
            while (true) {
                Optional<EncodedImage> image = lines == null ? Optional.empty() : lines.next();
                if (image.isPresent()) {
                    any = true;
                    return image;
                }
                if (lines != null && !any) {
                    throw place.invalid(
                            "the file is empty, expected tab-separated lines of region features", Place.REPLACE);
                }
                if (!entries.hasNext()) {
                    return Optional.empty();
                }
                open(entries.next());
            }
        } catch (ZipException e) {
            throw place.invalid(
                    "the packed bytes cannot be read: " + e.getMessage(),
                    "Download the archive again; if it is complete, unpack it and give the TSV file that was in it.");
        }
    }

    private void open(ZipEntry entry) throws IOException {
        close(lines);
        any = false;
        // Only for messages: the archive's path and the name of the file in it.
        Path shown = Path.of(file + ", " + entry.getName().replace('\0', '?'));
        place = new Place(shown, "in the archive");
        lines = new TsvLines(shown, new Counted(zip.getInputStream(entry), entry));
    }

    private static void close(@Nullable TsvLines lines) throws IOException {
        if (lines != null) {
            lines.close();
        }
    }

    @Override
    public void close() throws IOException {
        close(lines);
        zip.close();
    }

    /** Tells how much of the archive was read by how much came out of it. */
    private final class Counted extends FilterInputStream {
        private final double packed;
        private double unpacked;
        private long told;

        Counted(InputStream in, ZipEntry entry) {
            super(in);
            packed = entry.getSize() > 0 ? (double) entry.getCompressedSize() / entry.getSize() : 1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0) {
                unpacked += count;
                long done = (long) (unpacked * packed);
                sources.advance(done - told);
                told = done;
            }
            return count;
        }
    }
}
