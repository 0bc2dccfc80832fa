package org.crvqa.vqa.data;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.vqa.data.RowIndex.Entry;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * Reads the HDF5 file that the converter of bottom-up-attention's features writes: {@code image_features}, {@code
 * image_bb} in pixels and {@code spatial_features}, the same boxes divided by the image's size and more; [images, regions,
 * numbers] each, or [regions of all images, numbers] with {@code pos_boxes}, [images, 2], where each image's begin and end.
 * Which row is which image says the {@link RowIndex} beside it. Images come in the order of rows; rows of no image are
 * left out. Owned by one thread.
 */
final class Hdf5Regions implements RegionReader {
    static final String ADVICE =
            "Give the HDF5 file as the converter of bottom-up-attention's features writes it, with the datasets"
                    + " image_features, image_bb and spatial_features.";
    static final String FETCH = "Give the complete file; if it was downloaded or copied, fetch it again.";

    private static final String FEATURES = "image_features";
    private static final String PIXELS = "image_bb";
    private static final String DIVIDED = "spatial_features";
    private static final String RANGES = "pos_boxes";

    private final Path file;
    private final SourceFiles sources;
    private final FileChannel channel;
    private final HdfFile hdf;
    private final Hdf5Floats features;
    private final Hdf5Floats pixels;
    private final Hdf5Floats divided;
    private final Optional<RegionRanges> ranges;
    private final RowIndex index;
    private int next;

    private Hdf5Regions(SourceFiles sources, Path file, FileChannel channel, HdfFile hdf) throws IOException {
        this.sources = sources;
        this.file = file;
        this.channel = channel;
        this.hdf = hdf;
        requireWhole();
        features = floats(FEATURES);
        pixels = floats(PIXELS);
        divided = floats(DIVIDED);
        Node positions = hdf.getChildren().get(RANGES);
        ranges = positions instanceof Dataset dataset
                ? Optional.of(RegionRanges.read(place(RANGES), dataset, features.shape()[0]))
                : Optional.empty();
        requireShapes();
        int images = ranges.map(RegionRanges::images).orElse(features.shape()[0]);
        index = RowIndex.read(RowIndex.beside(file), images);
    }

    /** @throws InvalidInputException when the file or its index is damaged or not as it must be */
    static Hdf5Regions open(SourceFiles sources, Path file) throws IOException {
        FileChannel channel = new UnmappedChannel(FileChannel.open(file));
        try {
            return new Hdf5Regions(sources, file, channel, new HdfFile(channel));
        } catch (InvalidInputException | IOException e) {
            channel.close();
            throw e;
        } catch (RuntimeException e) {
            channel.close();
            throw damaged(file, e);
        }
    }

    /** jHDF answers damage with exceptions of many kinds, all unchecked. */
    private static InvalidInputException damaged(Path file, Exception e) {
        return new InvalidInputException(
                file + " is damaged, or of a form of HDF5 that is not read: "
                        + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                FETCH,
                e);
    }

    private void requireWhole() throws IOException {
        long end = hdf.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
        if (end > channel.size()) {
            throw new InvalidInputException(
                    file + " was cut: it has " + channel.size() + " bytes, but " + end + " when it was written", FETCH);
        }
    }

    private Place place(String dataset) {
        return new Place(file, "dataset " + dataset);
    }

    private Hdf5Floats floats(String name) throws IOException {
        Node node = hdf.getChildren().get(name);
        if (!(node instanceof Dataset dataset) || node.isLink()) {
            throw new InvalidInputException(
                    file + " has no dataset " + name + " among "
                            + hdf.getChildren().keySet().stream().limit(8).toList(),
                    ADVICE);
        }
        return new Hdf5Floats(place(name), dataset, channel, hdf.getUserBlockSize());
    }

    private void requireShapes() {
        int[] shape = features.shape();
        int rank = ranges.isPresent() ? 2 : 3;
        if (shape.length != rank) {
            throw place(FEATURES)
                    .invalid(
                            "the dataset has the shape " + Arrays.toString(shape) + ", expected "
                                    + (rank == 3
                                            ? "[images, regions, numbers], or [regions, numbers] with a dataset"
                                                    + " pos_boxes"
                                            : "[regions, numbers], as there is a dataset pos_boxes"),
                            ADVICE);
        }
        requireRows(pixels, PIXELS, DatasetFiles.BOX_NUMBERS);
        requireRows(divided, DIVIDED, Integer.MAX_VALUE);
    }

    private void requireRows(Hdf5Floats boxes, String name, int mostColumns) {
        int[] shape = boxes.shape();
        int[] expected = features.shape();
        int columns = shape[shape.length - 1];
        boolean same = shape.length == expected.length
                && Arrays.equals(shape, 0, shape.length - 1, expected, 0, expected.length - 1);
        if (!same || columns < DatasetFiles.BOX_NUMBERS || columns > mostColumns) {
            throw place(name)
                    .invalid(
                            "the dataset has the shape " + Arrays.toString(shape)
                                    + ", expected that of image_features, "
                                    + Arrays.toString(expected) + ", with 4 "
                                    + (mostColumns == DatasetFiles.BOX_NUMBERS ? "" : "or more ") + "numbers a region",
                            ADVICE);
        }
    }

    @Override
    public Optional<long[]> imageIds() {
        return Optional.of(index.entries().stream().mapToLong(Entry::imageId).toArray());
    }

    @Override
    public Optional<EncodedImage> next() throws IOException {
        if (next == index.entries().size()) {
            return Optional.empty();
        }
        Entry entry = index.entries().get(next++);
        Place place = new Place(file, "row " + entry.row() + " (image " + entry.imageId() + ")");
        try {
            int first = ranges.map(range -> range.first(entry.row())).orElse(entry.row());
            int rows = ranges.map(range -> range.count(entry.row(), place)).orElse(1);
            int[] shape = features.shape();
            Image image = new Image(
                    place,
                    entry.imageId(),
                    ranges.isPresent() ? rows : shape[1],
                    new Numbers(features.rows(first, rows), features.elementBytes()),
                    new Numbers(pixels.rows(first, rows), pixels.elementBytes()),
                    new Numbers(divided.rows(first, rows), divided.elementBytes()));
            sources.advance((long) image.features().stored().remaining());
            return Optional.of(image);
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException e) {
            throw place.invalid("the numbers cannot be read: " + e.getMessage(), FETCH);
        }
    }

    /** Given twice, in pixels and divided: the size that tells them apart comes of both, whatever somebody says. */
    @Override
    public BoxUnit boxUnit(BoxUnit asked) {
        return BoxUnit.BOX_UNIT_UNSPECIFIED;
    }

    @Override
    public void close() throws IOException {
        // The file was opened by its channel, which is all that there is to close.
        channel.close();
    }

    /** Numbers as they are stored, little-endian. */
    private record Numbers(ByteBuffer stored, int bytes) {
        ByteBuffer floats(Place place, String name) {
            return ExactFloats.of(stored, bytes, place, name);
        }
    }

    private record Image(Place place, long id, int count, Numbers features, Numbers pixels, Numbers divided)
            implements EncodedImage {
        @Override
        public OptionalLong imageId() {
            return OptionalLong.of(id);
        }

        @Override
        public ImageRegions decode(TensorType type) {
            FloatBuffer inPixels = pixels.floats(place, PIXELS).asFloatBuffer();
            FloatBuffer byTheSize = divided.floats(place, DIVIDED).asFloatBuffer();
            int columns = byTheSize.remaining() / count;
            ImageRegions.requireFinite(place, PIXELS, inPixels, DatasetFiles.BOX_NUMBERS);
            ImageRegions.requireFinite(place, DIVIDED, byTheSize, columns);
            ImageRegions.Size size = SizeFromBoxes.of(place, inPixels, byTheSize, columns);
            FloatBuffer boxes =
                    size == NormalizedBoxes.SIZE ? NormalizedBoxes.of(place, byTheSize, columns, DIVIDED) : inPixels;
            return ImageRegions.of(place, id, size, count, boxes, features.floats(place, FEATURES), type);
        }
    }
}
