package org.crvqa.vqa.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.source.FileHead;
import org.crvqa.vqa.source.FileKind;
import org.crvqa.vqa.tensorfile.TensorType;

/** Chooses how a file of region features is read, by its first bytes. */
final class RegionReaders {
    private static final Pattern TSV = Pattern.compile(".+\\.tsv(\\.gz)?");
    private static final Pattern HDF5 = Pattern.compile(".+\\.(hdf5|h5)");
    private static final Pattern PICKLE = Pattern.compile(".+\\.(pkl|pickle)");
    private static final Pattern ZIP = Pattern.compile(".+\\.zip");

    private RegionReaders() {}

    /**
     * Opens a file: HDF5 with its index beside it, a pickled dictionary, a ZIP archive with TSV files, or a TSV file.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the file is not as it must be
     */
    static RegionReader open(SourceFiles sources, Path file) throws IOException {
        return switch (FileHead.read(file).kind()) {
            case HDF5 -> Hdf5Regions.open(sources, file);
            case PICKLE -> PickledRegions.open(sources, file);
            case ZIP -> ZippedTsv.open(sources, file);
            case GZIP -> {
                requireText(file);
                yield TsvLines.open(sources, file);
            }
            default -> TsvLines.open(sources, file);
        };
    }

    /** Only text is read as it comes; in other kinds of file, places are looked up. */
    private static void requireText(Path file) throws IOException {
        FileKind kind;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            kind = FileHead.of(file, in.readNBytes(FileHead.BYTES)).kind();
        } catch (EOFException | ZipException e) {
            // Reported with its place where the file is read.
            return;
        }
        if (kind == FileKind.HDF5 || kind == FileKind.PICKLE || kind == FileKind.ZIP) {
            throw new InvalidInputException(
                    file + " is " + kind.what()
                            + ", packed with gzip; of packed files only TSV files are read in place",
                    FileKind.GZIP.remedy());
        }
    }

    /**
     * All files that these consist of: themselves, and the index of each HDF5 file, in the order in which they are read.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when an index is missing
     */
    static List<Path> withIndexes(List<Path> features) {
        List<Path> all = new ArrayList<>();
        for (Path file : features) {
            all.add(file);
            if (Files.isRegularFile(file) && FileHead.read(file).kind() == FileKind.HDF5) {
                all.add(RowIndex.beside(file));
            }
        }
        return all;
    }

    /** About so many bytes will the features of these files take that are stored as a type. */
    static long storedBytes(List<Path> features, TensorType type) throws IOException {
        long bytes = 0;
        for (Path file : features) {
            bytes += switch (FileHead.read(file).kind()) {
                case HDF5, PICKLE -> Files.size(file) * type.bytes() / Float.BYTES;
                case ZIP -> FreeSpace.ofFeatures(ZippedTsv.unpackedBytes(file), type);
                default -> FreeSpace.ofFeatures(Files.size(file), type);
            };
        }
        return bytes;
    }

    /**
     * The files of region features among those of a folder, of the first of these kinds that is there: TSV, HDF5, pickled
     * dictionaries, ZIP archives with TSV files.
     */
    static List<Path> among(List<Path> files) {
        return Stream.<Predicate<Path>>of(
                        // Also a folder of such a name, which is then reported as one.
                        file -> isNamed(file, TSV),
                        file -> isFile(file, HDF5) && FileHead.read(file).kind() == FileKind.HDF5,
                        file -> isFile(file, PICKLE) && PickledRegions.isOne(file),
                        file -> isFile(file, ZIP) && ZippedTsv.isOne(file))
                .map(kind -> files.stream().filter(kind).toList())
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static boolean isFile(Path file, Pattern name) {
        return isNamed(file, name) && Files.isRegularFile(file);
    }

    private static boolean isNamed(Path file, Pattern name) {
        return name.matcher(String.valueOf(file.getFileName())).matches();
    }
}
