package org.crvqa.vqa.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.pickle.Unpickler;
import org.crvqa.vqa.source.FileHead;
import org.crvqa.vqa.source.FileKind;

/**
 * Which file of a sharded checkpoint holds which tensor: {@code model.safetensors.index.json} or {@code
 * pytorch_model.bin.index.json} as {@code save_pretrained} writes them.
 *
 * @param fileOf name of a tensor to name of a file in the index's folder
 */
record ShardIndex(Path file, Map<String, String> fileOf) {
    private static final long MAX_BYTES = 16 << 20;
    private static final int MAX_SHARDS = 500;
    /** Of what is text but no JSON, the parser says where it goes wrong. */
    private static final Set<FileKind> JSON_OR_UNCLEAR =
            EnumSet.of(FileKind.JSON, FileKind.TEXT, FileKind.WIDE_TEXT, FileKind.BINARY);

    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}");
    private static final String ADVICE =
            "Fetch the folder again: the index and all files that it names belong to the checkpoint.";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads an index.
     *
     * @param ending that the name of every shard must have
     * @throws InvalidInputException when it is malformed, or names a file that is missing or not directly in the folder
     */
    static ShardIndex read(Path file, String ending) {
        JsonNode weightMap = parse(file).path("weight_map");
        if (!weightMap.isObject() || weightMap.isEmpty()) {
            throw new InvalidInputException(file + ": weight_map: expected an object from tensors to files", ADVICE);
        }
        Map<String, String> fileOf = new LinkedHashMap<>();
        for (var entry : weightMap.properties()) {
            String shard = entry.getValue().textValue();
            if (shard == null || !PLAIN_NAME.matcher(shard).matches() || !shard.endsWith(ending)) {
                throw new InvalidInputException(
                        file + ": weight_map: " + Unpickler.shown(entry.getKey()) + ": expected the plain name of a "
                                + ending + " file, found "
                                + Unpickler.shown(entry.getValue().toString()),
                        ADVICE);
            }
            fileOf.put(entry.getKey(), shard);
        }
        ShardIndex index = new ShardIndex(file, fileOf);
        index.requireShards();
        return index;
    }

    private static JsonNode parse(Path file) {
        FileHead.read(file).require(JSON_OR_UNCLEAR, "the JSON index of a model's files");
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InvalidInputException(file + " has more than " + MAX_BYTES + " bytes", ADVICE);
            }
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new InvalidInputException(file + " is not a readable JSON file: " + e.getMessage(), ADVICE, e);
        }
    }

    private void requireShards() {
        List<Path> shards = shards();
        if (shards.size() > MAX_SHARDS) {
            throw new InvalidInputException(
                    file + " names " + shards.size() + " files, more than " + MAX_SHARDS, ADVICE);
        }
        List<String> missing = shards.stream()
                .filter(shard -> !Files.isRegularFile(shard))
                .map(shard -> String.valueOf(shard.getFileName()))
                .toList();
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    file + " names " + missing.size() + " file(s) that the folder lacks: " + Listing.of(missing),
                    ADVICE);
        }
    }

    /** The files, by name. */
    List<Path> shards() {
        return new TreeSet<>(fileOf.values()).stream().map(file::resolveSibling).toList();
    }

    /**
     * Checks that shards hold what the index names; what they hold besides is nobody's.
     *
     * @param found name of a tensor to name of the file that holds it
     * @throws InvalidInputException when they do not
     */
    void requireThere(Map<String, String> found) {
        List<String> misplaced = fileOf.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(found.get(entry.getKey())))
                .map(entry -> entry.getKey() + " in " + entry.getValue())
                .toList();
        if (!misplaced.isEmpty()) {
            throw new InvalidInputException(
                    file + " names " + misplaced.size() + " tensor(s) that are not there: " + Listing.of(misplaced),
                    ADVICE);
        }
    }

    /** An error of an index that does not name tensors that are needed, each with its file. */
    static InvalidInputException lacks(Path index, List<String> tensors) {
        return new InvalidInputException(
                index + " lacks " + tensors.size() + " tensor(s) of its files: " + Listing.of(tensors), ADVICE);
    }
}
