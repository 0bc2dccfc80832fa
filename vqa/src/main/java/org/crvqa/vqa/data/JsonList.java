package org.crvqa.vqa.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.crvqa.artifacts.InvalidInputException;

/** Reads a file that is a JSON list of objects, one element at a time. */
final class JsonList {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();
    private static final String ADVICE = "Give the complete file as it was published.";

    private JsonList() {}

    /**
     * Hands every element to the consumer.
     *
     * @throws InvalidInputException when the file is not a JSON list of objects
     */
    static void read(SourceFiles sources, Path file, Consumer<JsonElement> consumer) {
        try (InputStream in = sources.open(file);
                JsonParser parser = JSON.createParser(in)) {
            requireList(parser, file);
            long index = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                JsonLocation start = parser.currentTokenLocation();
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw new InvalidInputException(
                            at(file, start) + ": element " + index + " is " + describe(parser.currentToken())
                                    + ", expected an object",
                            ADVICE);
                }
                JsonNode node = parser.readValueAsTree();
                consumer.accept(new JsonElement(file, index, start.getLineNr(), start.getColumnNr(), node));
                index++;
            }
            if (parser.nextToken() != null) {
                throw new InvalidInputException(
                        at(file, parser.currentTokenLocation()) + ": text follows after the end of the list", ADVICE);
            }
        } catch (JacksonException e) {
            throw new InvalidInputException(
                    at(file, e.getLocation()) + ": not valid JSON: " + e.getOriginalMessage(), ADVICE, e);
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
    }

    private static void requireList(JsonParser parser, Path file) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new InvalidInputException(file + " is empty, expected a JSON list", ADVICE);
        }
        if (first != JsonToken.START_ARRAY) {
            throw new InvalidInputException(
                    at(file, parser.currentTokenLocation()) + ": found " + describe(first)
                            + ", expected a JSON list as VQA-CP v2 has it",
                    first == JsonToken.START_OBJECT
                            ? "Files of VQA v2 wrap the list in an object: extract it, or give files of VQA-CP v2."
                            : ADVICE);
        }
    }

    private static String at(Path file, JsonLocation location) {
        return file + ", line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            default -> "the value " + token.asString();
        };
    }
}
