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
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.source.FileKind;

/**
 * Reads a file that is a JSON list of objects, as in VQA-CP v2 and VQA-VS, or an object with such a list, as in VQA v2,
 * one element at a time. Other fields of the object are skipped.
 */
final class JsonList {
    /** Field of an object that holds the list of questions. */
    static final String QUESTIONS = "questions";
    /** Field of an object that holds the list of annotations. */
    static final String ANNOTATIONS = "annotations";

    /** JSON may be in UTF-16, which the parser sees by itself. */
    private static final Set<FileKind> KINDS = EnumSet.of(FileKind.JSON, FileKind.WIDE_TEXT);

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();
    private static final String ADVICE = "Give the complete file as it was published.";

    private final Path file;
    private final JsonParser parser;
    private final Consumer<JsonElement> consumer;
    private final Problems problems;

    private JsonList(Path file, JsonParser parser, Consumer<JsonElement> consumer, Problems problems) {
        this.file = file;
        this.parser = parser;
        this.consumer = consumer;
        this.problems = problems;
    }

    /**
     * Hands every element to the consumer. What the consumer throws for an element, and what is wrong with the file, is
     * noted.
     *
     * @param field of the list when the file is an object
     * @return whether the file could be read to its end
     */
    static boolean read(
            SourceFiles sources, Path file, String field, Problems problems, Consumer<JsonElement> consumer) {
        return problems.attempt(ProblemKind.FILE, () -> {
                    read(sources, file, field, consumer, problems);
                    return true;
                })
                .orElse(false);
    }

    private static void read(
            SourceFiles sources, Path file, String field, Consumer<JsonElement> consumer, Problems problems) {
        try (InputStream in = open(sources, file);
                JsonParser parser = parser(in)) {
            new JsonList(file, parser, consumer, problems).document(field);
        } catch (JacksonException e) {
            throw malformed(file, e);
        } catch (IOException e) {
            throw SourceFiles.unreadable(file, e);
        }
    }

    /** Opens a file that must be JSON. @throws InvalidInputException when it is something else by its first bytes */
    static InputStream open(SourceFiles sources, Path file) throws IOException {
        return sources.open(file, KINDS, "a JSON list or an object that holds one");
    }

    /** A parser that refuses fields that occur twice. */
    static JsonParser parser(InputStream in) throws IOException {
        return JSON.createParser(in);
    }

    private void document(String field) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY) {
            elements();
        } else if (first == JsonToken.START_OBJECT) {
            wrapped(field);
        } else {
            String found = first == null ? "nothing" : describe(first);
            throw invalid(
                    file, parser, "found " + found + ", expected a JSON list or an object with the list " + field);
        }
        if (parser.nextToken() != null) {
            throw invalid(file, parser, "text follows after the end");
        }
    }

    private void wrapped(String field) throws IOException {
        boolean found = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (!name.equals(field)) {
                parser.skipChildren();
            } else if (value == JsonToken.START_ARRAY) {
                found = true;
                elements();
            } else {
                throw invalid(file, parser, "field " + field + " is " + describe(value) + ", expected a list");
            }
        }
        if (!found) {
            throw new InvalidInputException(
                    file + " is an object without the field " + field + ", expected a JSON list or an object with it",
                    "Give the file of " + field + ".");
        }
    }

    private void elements() throws IOException {
        long index = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonLocation start = parser.currentTokenLocation();
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                JsonNode node = parser.readValueAsTree();
                element(new JsonElement(file, index, start.getLineNr(), start.getColumnNr(), node));
            } else {
                String problem = "element " + index + " is " + describe(parser.currentToken()) + ", expected an object";
                problems.add(ProblemKind.ELEMENT, invalid(file, parser, problem));
                parser.skipChildren();
            }
            index++;
        }
    }

    private void element(JsonElement element) {
        try {
            consumer.accept(element);
        } catch (InvalidInputException e) {
            problems.add(ProblemKind.ELEMENT, e);
        }
    }

    /** An error at the parser's current token. */
    static InvalidInputException invalid(Path file, JsonParser parser, String problem) {
        return new InvalidInputException(at(file, parser.currentTokenLocation()) + ": " + problem, ADVICE);
    }

    /** The error for text that is not JSON. */
    static InvalidInputException malformed(Path file, JacksonException e) {
        return new InvalidInputException(
                at(file, e.getLocation()) + ": not valid JSON: " + e.getOriginalMessage(), ADVICE, e);
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
