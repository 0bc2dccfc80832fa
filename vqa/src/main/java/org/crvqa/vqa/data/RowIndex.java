package org.crvqa.vqa.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.pickle.PickleException;
import org.crvqa.vqa.pickle.PickleInput;
import org.crvqa.vqa.pickle.PickledDictionary;

/**
 * Which row of an HDF5 file of features is which image: {@code train36_imgid2idx.pkl} beside {@code train36.hdf5}, a
 * pickled dictionary from ids to rows that the converter of bottom-up-attention's features writes.
 *
 * @param entries by row, none twice
 */
record RowIndex(Path file, List<Entry> entries) {
    private static final String ENDING = "_imgid2idx";
    private static final List<String> EXTENSIONS = List.of(".pkl", ".pickle");
    private static final String ADVICE =
            "Give the HDF5 file and its index as the same run of the converter wrote them.";

    /** One image and its row. */
    record Entry(long imageId, int row) {}

    /** Whether a file is named as an index, which is no file of features. */
    static boolean isNamedSo(Path file) {
        String name = String.valueOf(file.getFileName());
        return EXTENSIONS.stream().anyMatch(extension -> name.endsWith(ENDING + extension));
    }

    /**
     * The index that lies beside an HDF5 file.
     *
     * @throws InvalidInputException when there is none; the message says what was looked for
     */
    static Path beside(Path features) {
        List<Path> candidates = candidates(features);
        return candidates.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        features
                                + " needs an index of its images beside it, a pickled dictionary from image ids to"
                                + " rows; there is none of "
                                + String.join(
                                        ", ",
                                        candidates.stream()
                                                .map(path -> String.valueOf(path.getFileName()))
                                                .toList()),
                        "Put the file that the converter wrote with it there, under one of these names."));
    }

    /** Converters write trainval36 for what others call trainval_36, so both are looked for. */
    private static List<Path> candidates(Path features) {
        String name = String.valueOf(features.getFileName());
        String stem = name.substring(0, name.lastIndexOf('.') < 0 ? name.length() : name.lastIndexOf('.'));
        return Stream.of(stem, stem.replaceFirst("_(\\d+)$", "$1"), stem.replaceFirst("([^_\\d])(\\d+)$", "$1_$2"))
                .distinct()
                .flatMap(start -> EXTENSIONS.stream().map(extension -> start + ENDING + extension))
                .map(features::resolveSibling)
                .toList();
    }

    /**
     * Reads an index.
     *
     * @param rows of the HDF5 file
     * @throws InvalidInputException when it is no such dictionary, or names a row twice or one that is not there
     */
    static RowIndex read(Path file, long rows) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<Integer, Long> images = new HashMap<>();
        try (FileChannel channel = FileChannel.open(file)) {
            PickledDictionary dictionary = PickledDictionary.read(PickleInput.of(channel));
            for (var item = dictionary.next(); item.isPresent(); item = dictionary.next()) {
                Entry entry = entry(file, item.get(), rows);
                Long other = images.put(entry.row(), entry.imageId());
                if (other != null) {
                    throw new InvalidInputException(
                            file + ": images " + other + " and " + entry.imageId() + " have the same row "
                                    + entry.row(),
                            ADVICE);
                }
                entries.add(entry);
            }
        } catch (PickleException e) {
            throw new InvalidInputException(file + " " + e.getMessage(), ADVICE, e);
        }
        if (entries.isEmpty()) {
            throw new InvalidInputException(file + " names no image", ADVICE);
        }
        entries.sort(Comparator.comparingInt(Entry::row));
        return new RowIndex(file, List.copyOf(entries));
    }

    private static Entry entry(Path file, PickledDictionary.Item item, long rows) {
        long id = ImageKeys.of(item.key())
                .orElseThrow(() -> new InvalidInputException(
                        file + " has the key " + ImageKeys.shown(item.key()) + ", expected the id of an image",
                        ADVICE));
        Optional<Long> row = item.value() instanceof Long number ? Optional.of(number) : Optional.empty();
        if (row.isEmpty() || row.get() < 0 || row.get() >= rows) {
            throw new InvalidInputException(
                    file + ": image " + id + " has the row "
                            + row.map(String::valueOf).orElseGet(() -> ImageKeys.shown(item.value()))
                            + ", expected one from 0 to " + (rows - 1) + " as the HDF5 file has them",
                    ADVICE);
        }
        return new Entry(id, Math.toIntExact(row.get()));
    }
}
