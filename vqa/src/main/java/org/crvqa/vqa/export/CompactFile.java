package org.crvqa.vqa.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorEntry;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * A subnetwork in one safetensors file without its zeros. Of every masked tensor NAME: {@code NAME.mask} U8
 * [⌈n / 8⌉], bit i % 8 (the lowest first) of byte ⌊i / 8⌋ set where value i stays, unused bits 0; and {@code NAME.kept}
 * F32 [kept], the values that stay, row-major. All other tensors as they are. The metadata has {@code crvqa.compact}
 * (version 1) and {@code crvqa.shapes}, a JSON object of the masked tensors' shapes in the order of the file.
 */
public final class CompactFile {
    private static final String VERSION_KEY = "crvqa.compact";
    private static final String SHAPES_KEY = "crvqa.shapes";
    private static final String VERSION = "1";
    private static final String MASK = ".mask";
    private static final String KEPT = ".kept";
    private static final String ADVICE = "Give a file that 'crvqa export --form compact' wrote.";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private CompactFile() {}

    /**
     * Sizes in bytes.
     *
     * @param masked of the masked tensors, packed
     * @param dense of the same tensors as float32
     */
    public record Sizes(long masked, long dense) {
        /** Packed as a fraction of dense. */
        public double ratio() {
            return masked / (double) dense;
        }
    }

    /** Writes a checkpoint's tensors. @throws InvalidInputException when it has no mask */
    static Sizes write(CheckpointTensors tensors, Path file, LongConsumer written) {
        if (tensors.masked().isEmpty()) {
            throw new InvalidInputException(
                    "The checkpoint has no mask: the compact form is for subnetworks",
                    "Export the dense model with '--form hugging-face'.");
        }
        List<TensorDeclaration> declarations = new ArrayList<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        long masked = 0;
        long dense = 0;
        for (Map.Entry<String, long[]> tensor : tensors.shapes().entrySet()) {
            String name = tensor.getKey();
            if (!tensors.masked().contains(name)) {
                declarations.add(TensorDeclaration.f32(name, tensor.getValue()));
                continue;
            }
            byte[] kept = tensors.kept(name);
            TensorDeclaration bits = TensorDeclaration.of(name + MASK, TensorType.U8, PackedBits.bytes(kept.length));
            TensorDeclaration values = TensorDeclaration.f32(name + KEPT, PackedBits.count(kept));
            declarations.addAll(List.of(bits, values));
            shapes.put(name, tensor.getValue());
            masked += bits.byteLength() + values.byteLength();
            dense += (long) kept.length * Float.BYTES;
        }
        Map<String, String> metadata = Map.of(VERSION_KEY, VERSION, SHAPES_KEY, json(shapes));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, declarations, new TreeMap<>(metadata))) {
            for (String name : tensors.shapes().keySet()) {
                float[] values = tensors.values(name);
                if (shapes.containsKey(name)) {
                    byte[] kept = tensors.kept(name);
                    writer.writeBytes(name + MASK, PackedBits.pack(kept));
                    writer.writeFloats(name + KEPT, PackedBits.select(values, kept));
                } else {
                    writer.writeFloats(name, values);
                }
                written.accept((long) values.length * Float.BYTES);
            }
            writer.commit();
        }
        return new Sizes(masked, dense);
    }

    /**
     * Restores what {@link #write} was given: {@code model} receives all tensors with zeros where pruned, {@code mask} the
     * masks as BOOL tensors; both exactly.
     *
     * @throws InvalidInputException when the file is not a compact one or its parts contradict each other
     */
    public static void restore(Path file, Path model, Path mask, LongConsumer written) {
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            Map<String, long[]> shapes = shapes(reader);
            List<TensorDeclaration> all = restored(reader, shapes);
            List<TensorDeclaration> masks = all.stream()
                    .filter(tensor -> shapes.containsKey(tensor.name()))
                    .map(tensor -> TensorDeclaration.bool(tensor.name(), shapes.get(tensor.name())))
                    .toList();
            requireEach(file, shapes, masks);
            try (SafetensorsWriter models = SafetensorsWriter.create(model, all, Map.of("format", "pt"));
                    SafetensorsWriter maskFile = SafetensorsWriter.create(mask, masks)) {
                for (TensorDeclaration tensor : all) {
                    String name = tensor.name();
                    if (shapes.containsKey(name)) {
                        byte[] kept = kept(reader, name, tensor.elements());
                        models.writeFloats(name, PackedBits.spread(reader.floats(name + KEPT), kept));
                        maskFile.writeBooleans(name, ByteBuffer.wrap(kept));
                    } else {
                        models.writeFloats(name, reader.floats(name));
                    }
                    written.accept(tensor.byteLength());
                }
                maskFile.commit();
                models.commit();
            }
        }
    }

    /** Bytes of all tensors that {@link #restore} would write. @throws InvalidInputException as there */
    static long restoredBytes(Path file) {
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            return restored(reader, shapes(reader)).stream()
                    .mapToLong(TensorDeclaration::byteLength)
                    .sum();
        }
    }

    /** The tensors of the dense form, in the order of the file. */
    private static List<TensorDeclaration> restored(SafetensorsReader reader, Map<String, long[]> shapes) {
        List<TensorDeclaration> all = new ArrayList<>();
        for (TensorEntry entry : reader.tensors()) {
            String name = entry.name();
            String masked = name.endsWith(MASK) ? name.substring(0, name.length() - MASK.length()) : "";
            if (shapes.containsKey(masked)) {
                all.add(TensorDeclaration.f32(masked, shapes.get(masked)));
            } else if (entry.type() == TensorType.F32 && !shapes.containsKey(withoutKept(name))) {
                all.add(entry.declaration());
            } else if (!name.endsWith(KEPT)) {
                throw wrong(reader.file(), "tensor " + name + " is of type " + entry.type());
            }
        }
        return all;
    }

    private static String withoutKept(String name) {
        return name.endsWith(KEPT) ? name.substring(0, name.length() - KEPT.length()) : name;
    }

    private static byte[] kept(SafetensorsReader reader, String name, long elements) {
        if (elements > Integer.MAX_VALUE - 8) {
            throw wrong(reader.file(), "tensor " + name + " has " + elements + " values, which is too many");
        }
        reader.require(name + MASK, List.of((long) PackedBits.bytes((int) elements)));
        byte[] bits = reader.unsignedBytes(name + MASK);
        if (!PackedBits.fits(bits, (int) elements)) {
            throw wrong(reader.file(), "the mask of " + name + " has bits set beyond its " + elements + " values");
        }
        byte[] kept = PackedBits.unpack(bits, (int) elements);
        reader.require(name + KEPT, List.of((long) PackedBits.count(kept)));
        return kept;
    }

    private static void requireEach(Path file, Map<String, long[]> shapes, List<TensorDeclaration> masks) {
        if (masks.size() != shapes.size()) {
            List<String> missing = new ArrayList<>(shapes.keySet());
            masks.forEach(tensor -> missing.remove(tensor.name()));
            throw wrong(file, "masks are missing: " + String.join(", ", missing));
        }
    }

    private static Map<String, long[]> shapes(SafetensorsReader reader) {
        String version = reader.metadata().get(VERSION_KEY);
        if (!VERSION.equals(version)) {
            throw wrong(
                    reader.file(),
                    version == null ? "the metadata has no " + VERSION_KEY : VERSION_KEY + " is " + version);
        }
        try {
            Map<String, long[]> shapes = JSON.readValue(
                    reader.metadata().getOrDefault(SHAPES_KEY, ""),
                    new TypeReference<LinkedHashMap<String, long[]>>() {});
            if (shapes == null || shapes.isEmpty() || shapes.containsValue(null)) {
                throw wrong(reader.file(), SHAPES_KEY + " names no shapes");
            }
            shapes.forEach((name, shape) -> checkShape(reader.file(), name, shape));
            return shapes;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    reader.file() + ": " + SHAPES_KEY + " is not a JSON object of shapes: " + e.getOriginalMessage(),
                    ADVICE,
                    e);
        }
    }

    private static void checkShape(Path file, String name, long[] shape) {
        try {
            TensorDeclaration.f32(name, shape).byteLength();
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(file + ": shape of " + name + ": " + e.getMessage(), ADVICE, e);
        }
    }

    private static InvalidInputException wrong(Path file, String what) {
        return new InvalidInputException(
                file + ": " + what + ", expected a compact checkpoint of version " + VERSION, ADVICE);
    }

    private static String json(Map<String, long[]> shapes) {
        try {
            return JSON.writeValueAsString(shapes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Shapes are numbers", e);
        }
    }
}
