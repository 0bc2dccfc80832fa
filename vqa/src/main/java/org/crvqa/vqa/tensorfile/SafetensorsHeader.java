package org.crvqa.vqa.tensorfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON header of a safetensors file: its text form, and the checks that a header read from a file must pass. */
final class SafetensorsHeader {
    /** As in the reference implementation: more than this is taken for a file of another kind. */
    static final long MAX_BYTES = 100_000_000;
    /** Width of the little-endian header length at the start of a file. */
    static final int LENGTH_BYTES = Long.BYTES;

    private static final String METADATA = "__metadata__";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SafetensorsHeader() {}

    /**
     * What a header says.
     *
     * @param tensors those of types that are read, by name
     * @param foreign those of other types, by name
     */
    record Contents(
            Map<String, TensorEntry> tensors, Map<String, ForeignTensor> foreign, Map<String, String> metadata) {}

    /** The bytes of a tensor, counted from the first after the header. */
    private record Extent(String name, long begin, long end) {}

    /** Why a header cannot be right, without the file's name. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    /** Header text, unpadded, for tensors stored one after the other in the order given. */
    static byte[] text(List<TensorDeclaration> tensors, Map<String, String> metadata) {
        ObjectNode root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = root.putObject(METADATA);
            metadata.forEach(node::put);
        }
        long offset = 0;
        for (TensorDeclaration tensor : tensors) {
            ObjectNode node = root.putObject(tensor.name());
            node.put("dtype", tensor.type().name());
            var shape = node.putArray("shape");
            tensor.shape().forEach(shape::add);
            node.putArray("data_offsets").add(offset).add(Math.addExact(offset, tensor.byteLength()));
            offset += tensor.byteLength();
        }
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Parses and checks.
     *
     * @param dataStart offset in the file of the first byte after the header
     * @param dataBytes size of the file after the header
     */
    static Contents parse(byte[] text, long dataStart, long dataBytes) throws MalformedException {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new MalformedException("the header is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new MalformedException("the header is not valid UTF-8 JSON: " + e.getMessage());
        }
        if (!root.isObject()) {
            throw new MalformedException("the header is not a JSON object");
        }
        Map<String, TensorEntry> tensors = new LinkedHashMap<>();
        Map<String, ForeignTensor> foreign = new LinkedHashMap<>();
        Map<String, String> metadata = Map.of();
        List<Extent> extents = new ArrayList<>();
        for (var field : root.properties()) {
            String name = field.getKey();
            JsonNode node = field.getValue();
            if (name.equals(METADATA)) {
                metadata = metadata(node);
                continue;
            }
            String type = typeName(name, node.path("dtype"));
            Extent extent = extent(name, node, dataBytes);
            extents.add(extent);
            Optional<TensorType> known = TensorType.named(type);
            if (known.isPresent()) {
                tensors.put(name, entry(extent, known.get(), node, dataStart));
            } else {
                foreign.put(name, new ForeignTensor(name, type));
            }
        }
        checkCoverage(extents, dataBytes);
        return new Contents(tensors, foreign, metadata);
    }

    private static Map<String, String> metadata(JsonNode node) throws MalformedException {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (var field : node.properties()) {
            if (!field.getValue().isTextual()) {
                throw new MalformedException("metadata " + field.getKey() + " is not a string");
            }
            metadata.put(field.getKey(), field.getValue().textValue());
        }
        return metadata;
    }

    private static Extent extent(String name, JsonNode node, long dataBytes) throws MalformedException {
        List<Long> offsets = longs(name, "data_offsets", node.path("data_offsets"));
        if (offsets.size() != 2) {
            throw new MalformedException("tensor " + name + " has " + offsets.size() + " data_offsets instead of 2");
        }
        Extent extent = new Extent(name, offsets.get(0), offsets.get(1));
        if (extent.begin() < 0 || extent.end() < extent.begin() || extent.end() > dataBytes) {
            throw new MalformedException("tensor " + name + " has data_offsets " + offsets
                    + ", which is outside of the file's " + dataBytes + " bytes of data");
        }
        return extent;
    }

    private static TensorEntry entry(Extent extent, TensorType type, JsonNode node, long dataStart)
            throws MalformedException {
        String name = extent.name();
        TensorDeclaration declaration;
        try {
            declaration = new TensorDeclaration(name, type, longs(name, "shape", node.path("shape")));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("tensor " + name + ": " + e.getMessage());
        }
        if (extent.end() - extent.begin() != declaration.byteLength()) {
            throw new MalformedException("tensor " + name + " of " + type + " and shape " + declaration.shape()
                    + " needs " + declaration.byteLength() + " bytes but its data_offsets ["
                    + extent.begin() + ", " + extent.end() + "] give " + (extent.end() - extent.begin()));
        }
        return new TensorEntry(declaration, dataStart + extent.begin());
    }

    /** Any name of a type is taken, since new ones come up and a tensor that nobody needs may have one. */
    private static String typeName(String name, JsonNode node) throws MalformedException {
        if (!node.isTextual()) {
            throw new MalformedException("tensor " + name + " has dtype " + node + ", expected a name such as one of "
                    + List.of(TensorType.values()));
        }
        return node.textValue();
    }

    private static List<Long> longs(String name, String field, JsonNode node) throws MalformedException {
        if (!node.isArray()) {
            throw new MalformedException("tensor " + name + " has no array " + field);
        }
        List<Long> values = new ArrayList<>();
        for (JsonNode value : node) {
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw new MalformedException("tensor " + name + ": " + field + " holds " + value
                        + ", expected whole numbers of at most 63 bits");
            }
            values.add(value.longValue());
        }
        return values;
    }

    /** Tensors must fill the data exactly, as the reference implementation demands: no overlap, no hole, no rest. */
    private static void checkCoverage(List<Extent> extents, long dataBytes) throws MalformedException {
        List<Extent> sorted = new ArrayList<>(extents);
        sorted.sort(Comparator.comparingLong(Extent::begin).thenComparingLong(Extent::end));
        long end = 0;
        for (Extent extent : sorted) {
            if (extent.begin() != end) {
                throw new MalformedException("tensor " + extent.name() + " starts at byte " + extent.begin()
                        + " of the data where " + end + " was expected: tensors overlap or leave a hole");
            }
            end = extent.end();
        }
        if (end != dataBytes) {
            throw new MalformedException(
                    "tensors end at byte " + end + " of the data but the file at byte " + dataBytes);
        }
    }
}
