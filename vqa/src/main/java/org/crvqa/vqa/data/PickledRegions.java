package org.crvqa.vqa.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.vqa.pickle.NumpyArray;
import org.crvqa.vqa.pickle.PickleException;
import org.crvqa.vqa.pickle.PickleInput;
import org.crvqa.vqa.pickle.PickledDictionary;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * Reads a pickled dictionary from image ids to dictionaries with {@code feats}, [regions, width], and {@code sp_feats},
 * [regions, 4 or more] with normalised boxes in front, both arrays of NumPy. Such files have tens of gigabytes: elements
 * stay in the file until their image is decoded. Owned by one thread.
 */
final class PickledRegions implements RegionReader {
    private static final String FEATURES = "feats";
    private static final String BOXES = "sp_feats";
    private static final String ADVICE =
            "Give a pickled dictionary from image ids to dictionaries with the arrays feats and"
                    + " sp_feats; if it was cut or damaged, fetch it again.";

    private final Path file;
    private final SourceFiles sources;
    private final FileChannel channel;
    private final PickledDictionary dictionary;
    private long counted;
    private long number;

    private PickledRegions(Path file, SourceFiles sources, FileChannel channel, PickledDictionary dictionary) {
        this.file = file;
        this.sources = sources;
        this.channel = channel;
        this.dictionary = dictionary;
    }

    /** @throws org.crvqa.artifacts.InvalidInputException when the file does not begin as such a dictionary */
    static PickledRegions open(SourceFiles sources, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file);
        try {
            return new PickledRegions(file, sources, channel, PickledDictionary.read(PickleInput.of(channel)));
        } catch (PickleException e) {
            channel.close();
            throw new Place(file, "its beginning").invalid("the pickle " + e.getMessage(), ADVICE);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether a file begins as such a dictionary; its first image tells. */
    static boolean isOne(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            return PickledDictionary.read(PickleInput.of(channel))
                    .next()
                    .filter(item -> item.value() instanceof Map<?, ?> parts && parts.containsKey(FEATURES))
                    .isPresent();
        } catch (PickleException | IOException e) {
            return false;
        }
    }

    /** The dictionary's keys. Takes the place of {@link #next}: arrays are passed over, and images are not to be had then. */
    @Override
    public Optional<long[]> imageIds() throws IOException {
        LongStream.Builder ids = LongStream.builder();
        for (Optional<EncodedImage> image = next(); image.isPresent(); image = next()) {
            image.get().imageId().ifPresent(ids::add);
        }
        return Optional.of(ids.build().toArray());
    }

    @Override
    public Optional<EncodedImage> next() throws IOException {
        try {
            Optional<PickledDictionary.Item> item = dictionary.next();
            sources.advance(dictionary.position() - counted);
            counted = dictionary.position();
            return item.map(this::image);
        } catch (PickleException e) {
            throw new Place(file, "after " + number + " images").invalid("the pickle " + e.getMessage(), ADVICE);
        }
    }

    private EncodedImage image(PickledDictionary.Item item) {
        number++;
        Place place = new Place(file, "item " + number + ", key " + ImageKeys.shown(item.key()));
        OptionalLong id = ImageKeys.of(item.key());
        if (id.isEmpty()) {
            throw place.invalid("the key is no id of an image, expected a number such as 262148", ADVICE);
        }
        return new PickledImage(place, id.getAsLong(), item.value(), channel);
    }

    /** Always divided: they are pixels of an image of the size 1, whatever somebody says. */
    @Override
    public BoxUnit boxUnit(BoxUnit asked) {
        return BoxUnit.BOX_UNIT_UNSPECIFIED;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** An image, of whose arrays only the places are known. */
    private record PickledImage(Place place, long id, Object value, FileChannel channel) implements EncodedImage {
        @Override
        public OptionalLong imageId() {
            return OptionalLong.of(id);
        }

        @Override
        public ImageRegions decode(TensorType type) {
            if (!(value instanceof Map<?, ?> parts)) {
                throw place.invalid(
                        "the value is a " + value.getClass().getSimpleName()
                                + ", expected a dictionary with the arrays feats and sp_feats",
                        value instanceof Long
                                ? "This looks like an index of images; give the HDF5 file that lies beside it."
                                : ADVICE);
            }
            NumpyArray features = matrix(parts, FEATURES, 1);
            NumpyArray boxes = matrix(parts, BOXES, DatasetFiles.BOX_NUMBERS);
            int count = features.shape()[0];
            if (boxes.shape()[0] != count) {
                throw place.invalid(
                        "sp_feats have " + boxes.shape()[0] + " rows, expected as many as feats, " + count,
                        Place.REPLACE);
            }
            ByteBuffer numbers = floats(boxes, BOXES);
            return ImageRegions.of(
                    place,
                    id,
                    NormalizedBoxes.SIZE,
                    count,
                    NormalizedBoxes.of(place, numbers.asFloatBuffer(), boxes.shape()[1], BOXES),
                    floats(features, FEATURES),
                    type);
        }

        private NumpyArray matrix(Map<?, ?> parts, String name, int columns) {
            Object part = parts.get(name);
            if (!(part instanceof NumpyArray array)) {
                throw place.invalid(
                        part == null
                                ? "there is no " + name + " among "
                                        + parts.keySet().stream()
                                                .limit(8)
                                                .map(ImageKeys::shown)
                                                .toList()
                                : name + " is a " + part.getClass().getSimpleName() + ", expected an array of NumPy",
                        ADVICE);
            }
            int[] shape = array.shape();
            if (shape.length != 2 || shape[1] < columns) {
                throw place.invalid(
                        name + " has the shape " + Arrays.toString(shape) + ", expected [regions, "
                                + (columns == 1 ? "width" : columns + " or more") + "]",
                        ADVICE);
            }
            return array;
        }

        private ByteBuffer floats(NumpyArray array, String name) {
            int bytes = switch (array.typeName()) {
                case "f2" -> Short.BYTES;
                case "f4" -> Float.BYTES;
                case "f8" -> Double.BYTES;
                default ->
                    throw place.invalid(
                            name + " is of NumPy's type " + ImageKeys.shown(array.typeName())
                                    + ", expected f2, f4 or f8: float16, float32 or float64",
                            ADVICE);
            };
            try {
                return ExactFloats.of(array.elements(channel, bytes), bytes, place, name);
            } catch (PickleException e) {
                throw place.invalid(name + " " + e.getMessage(), ADVICE);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + place + ": " + e.getMessage(), e);
            }
        }
    }
}
