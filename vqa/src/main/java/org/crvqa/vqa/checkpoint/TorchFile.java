package org.crvqa.vqa.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.pickle.PickleException;
import org.crvqa.vqa.pickle.Unpickler;
import org.crvqa.vqa.tensorfile.FloatDecoder;
import org.crvqa.vqa.tensorfile.ForeignTensor;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorFile;

/**
 * Reads a {@code state_dict} that {@code torch.save} wrote as a zip file, such as {@code pytorch_model.bin}: a pickle
 * {@code NAME/data.pkl} that says which tensors there are, and their elements, uncompressed, in {@code NAME/data/KEY}.
 * Nothing but tensors and plain containers comes out of the pickle; see {@link TorchObjects}. Files of any size; each
 * tensor is read from its place.
 */
public final class TorchFile implements TensorFile {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int SMALL_ENTRY = 16;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;
    private static final int OLDEST_PROTOCOL = 2;
    private static final String PICKLE = "data.pkl";
    /** What training programs call the {@code state_dict} in what they save. */
    private static final List<String> WRAPPERS = List.of("state_dict", "model", "module", "model_state_dict");

    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};
    /** How the pickles start that torch.save wrote before version 1.6: the number 0x1950a86a20f9469cfc6c. */
    private static final byte[] LEGACY_MAGIC = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46};

    private static final String REPLACE_FILE =
            "Give a checkpoint that torch.save wrote from a state_dict of tensors; if it was downloaded or copied,"
                    + " fetch it again; a model.safetensors of the same model does as well.";

    private final Path file;
    private final ZipFile zip;
    private final long fileBytes;
    /** Entries by name: a hash map of ours, as names that collide on purpose would make the JDK's lookups slow. */
    private final Map<String, ZipEntry> entries;

    private final String folder;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Map<String, ForeignTensor> foreign = new LinkedHashMap<>();
    private Optional<String> wrapper = Optional.empty();

    private TorchFile(Path file, ZipFile zip, long fileBytes) {
        this.file = file;
        this.zip = zip;
        this.fileBytes = fileBytes;
        this.entries = entries(file, zip);
        this.folder = folder(file, entries.keySet());
    }

    /**
     * Opens a file and reads its pickle.
     *
     * @throws InvalidInputException when there is no such file, it is of another form or damaged, or its pickle asks
     *     for anything but tensors and plain containers
     */
    public static TorchFile open(Path file) {
        try {
            checkMagic(file);
            ZipFile zip = new ZipFile(file.toFile());
            try {
                TorchFile opened = new TorchFile(file, zip, Files.size(file));
                opened.readPickle();
                return opened;
            } catch (IOException | RuntimeException e) {
                zip.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no file " + file, "Check the path.", e);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw damaged(file, e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void checkMagic(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(LEGACY_MAGIC.length);
        }
        if (Arrays.equals(start, LEGACY_MAGIC)) {
            throw new InvalidInputException(
                    file + " is of the form that PyTorch wrote before version 1.6, expected its zip form",
                    "Save it anew in Python: torch.save(torch.load(PATH, weights_only=True, map_location='cpu'),"
                            + " PATH).");
        }
        if (!Arrays.equals(start, 0, Math.min(start.length, ZIP_MAGIC.length), ZIP_MAGIC, 0, ZIP_MAGIC.length)) {
            throw new InvalidInputException(file + " is not a zip file, which torch.save writes", REPLACE_FILE);
        }
    }

    private static Map<String, ZipEntry> entries(Path file, ZipFile zip) {
        Map<String, ZipEntry> entries = new HashMap<>();
        zip.stream().forEach(entry -> {
            if (entries.put(entry.getName(), entry) != null) {
                throw new InvalidInputException(
                        file + " has two files named " + Unpickler.shown(entry.getName()), REPLACE_FILE);
            }
        });
        return entries;
    }

    private static String folder(Path file, Set<String> names) {
        List<String> pickles = names.stream()
                .filter(name -> name.endsWith("/" + PICKLE) && name.indexOf('/') == name.length() - PICKLE.length() - 1)
                .toList();
        if (pickles.size() != 1) {
            throw new InvalidInputException(
                    file + " has " + pickles.size() + " files " + PICKLE + " in its top folders, expected 1",
                    REPLACE_FILE);
        }
        return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    }

    private void readPickle() throws IOException {
        try {
            if (entries.containsKey(folder + "byteorder")) {
                String order = new String(content("byteorder", SMALL_ENTRY), StandardCharsets.US_ASCII);
                if (!order.equals("little")) {
                    throw new PickleException("comes with byte order " + order + ", expected little");
                }
            }
            Object root = Unpickler.read(
                    content(PICKLE, Unpickler.MAX_BYTES),
                    OLDEST_PROTOCOL,
                    new TorchObjects(key -> entry("data/" + key).getSize()));
            if (!(root instanceof Map<?, ?> dictionary)) {
                throw new PickleException("holds a " + Unpickler.kind(root) + ", expected a dictionary of tensors");
            }
            wrapper = wrapper(dictionary);
            take(wrapper.isPresent() ? (Map<?, ?>) dictionary.get(wrapper.get()) : dictionary);
            if (tensors.isEmpty() && foreign.isEmpty()) {
                throw new PickleException("holds no tensors" + besides(dictionary)
                        + ", expected a dictionary of them, or" + " one in an entry " + String.join(", ", WRAPPERS));
            }
        } catch (PickleException e) {
            throw new InvalidInputException(
                    file + ": " + Unpickler.shown(folder) + PICKLE + " " + e.getMessage(), REPLACE_FILE, e);
        }
    }

    /** The entry whose value is the dictionary of tensors; empty when the whole is that dictionary. */
    private static Optional<String> wrapper(Map<?, ?> dictionary) {
        long own = tensors(dictionary);
        return WRAPPERS.stream()
                .filter(name -> dictionary.get(name) instanceof Map<?, ?> inner && tensors(inner) > own)
                .findFirst();
    }

    private static String besides(Map<?, ?> dictionary) {
        List<String> names = dictionary.keySet().stream().map(String::valueOf).toList();
        return names.isEmpty() ? "" : " but " + Listing.of(names);
    }

    private static long tensors(Map<?, ?> dictionary) {
        return dictionary.values().stream()
                .filter(value -> value instanceof TorchTensor || value instanceof TorchObjects.ForeignValue)
                .count();
    }

    private void take(Map<?, ?> dictionary) {
        dictionary.forEach((name, value) -> {
            if (name instanceof String text && value instanceof TorchTensor tensor) {
                tensors.put(text, tensor);
            } else if (name instanceof String text && value instanceof TorchObjects.ForeignValue other) {
                foreign.put(text, new ForeignTensor(text, other.type()));
            }
        });
    }

    /** The entry of the file's dictionary in which the tensors were; empty when they were in that itself. */
    Optional<String> wrapper() {
        return wrapper;
    }

    private byte[] content(String name, int most) throws IOException, PickleException {
        ZipEntry entry = entry(name);
        if (entry.getSize() > most) {
            throw new PickleException(name + " has " + entry.getSize() + " bytes, more than the " + most + " allowed");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) entry.getSize());
            if (bytes.length < entry.getSize()) {
                throw new EOFException("entry " + entry.getName() + " ends early");
            }
            return bytes;
        }
    }

    /** An entry of the file; torch.save compresses none, so that sizes are those of bytes that are there. */
    private ZipEntry entry(String name) throws PickleException {
        ZipEntry entry = entries.get(folder + name);
        if (entry == null) {
            throw new PickleException("needs " + name + ", which the file lacks");
        }
        if (entry.getMethod() != ZipEntry.STORED
                || entry.getSize() != entry.getCompressedSize()
                || entry.getSize() < 0
                || entry.getSize() > fileBytes) {
            throw new PickleException("needs " + name + ", which is compressed or has an impossible size");
        }
        return entry;
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public List<TensorDeclaration> declarations() {
        List<TensorDeclaration> declarations = new ArrayList<>();
        tensors.forEach((name, tensor) -> declarations.add(tensor.declaration(name)));
        return declarations;
    }

    @Override
    public List<ForeignTensor> foreign() {
        return List.copyOf(foreign.values());
    }

    @Override
    public float[] floats(String name) {
        TorchTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidInputException(
                    file + " has no tensor " + name + " among its " + tensors.size(),
                    "Give a file of the expected kind.");
        }
        TensorDeclaration declaration = tensor.declaration(name);
        FloatDecoder decoder = FloatDecoder.of(declaration.type())
                .orElseThrow(() -> new InvalidInputException(
                        "Tensor " + name + " of " + file + " is of " + declaration.type()
                                + ", expected F32, F16, BF16 or F64",
                        "Give a file of the expected kind."));
        long elements = declaration.elements();
        if (elements == 0) {
            return new float[0];
        }
        // An expanded tensor may have far more elements than the file has bytes.
        if (elements > tensor.storage().elements() || Math.max(elements, tensor.span()) > MAX_ARRAY) {
            throw new InvalidInputException(
                    "Tensor " + name + " of " + file + " has " + elements + " elements in " + tensor.span() + " of its "
                            + "storage's " + tensor.storage().elements() + ", which is not read",
                    "Save the tensor's contiguous() copy.");
        }
        FloatBuffer stored = FloatBuffer.allocate((int) tensor.span());
        try {
            read(tensor, decoder, stored);
        } catch (PickleException | ZipException | EOFException e) {
            throw damaged(file, e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read tensor " + name + " of " + file + ": " + e.getMessage(), e);
        }
        return tensor.contiguous() ? stored.array() : tensor.gather(stored.array(), (int) elements);
    }

    private void read(TorchTensor tensor, FloatDecoder decoder, FloatBuffer stored)
            throws IOException, PickleException {
        int elementBytes = tensor.storage().type().bytes();
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, (long) stored.capacity() * elementBytes))
                .order(ByteOrder.LITTLE_ENDIAN);
        try (InputStream in =
                zip.getInputStream(entry("data/" + tensor.storage().key()))) {
            in.skipNBytes(tensor.offset() * elementBytes);
            while (stored.hasRemaining()) {
                int bytes = (int) Math.min(block.capacity(), (long) stored.remaining() * elementBytes);
                if (in.readNBytes(block.array(), 0, bytes) < bytes) {
                    throw new EOFException("the data of a tensor ends early");
                }
                decoder.decode(block.clear().limit(bytes), stored);
            }
        }
    }

    private static InvalidInputException damaged(Path file, Exception e) {
        return new InvalidInputException(file + " is damaged: " + e.getMessage(), REPLACE_FILE, e);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + file, e);
        }
    }
}
