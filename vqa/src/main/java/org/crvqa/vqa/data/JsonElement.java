package org.crvqa.vqa.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.crvqa.artifacts.InvalidInputException;

/**
 * One element of a file that is a JSON list, with where it stands, for messages.
 *
 * @param index of the element in the list, from 0
 * @param line on which the element starts, from 1
 * @param column at which it starts, from 1
 */
record JsonElement(Path file, long index, int line, int column, JsonNode node) {
    static final String QUESTION_ID = "question_id";
    static final String IMAGE_ID = "image_id";

    private static final int SHOWN_CHARACTERS = 60;

    /** A whole number of at most 63 bits. */
    long requireLong(String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrongType(field, "a whole number", value);
        }
        return value.longValue();
    }

    /**
     * What a field seems to say where it is not a whole number, such as a number in quotes: tells to what a damaged
     * element belongs. Empty where that cannot be told.
     */
    OptionalLong likelyLong(String field) {
        JsonNode value = node.path(field);
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return OptionalLong.of(value.longValue());
        }
        try {
            String text = value.asText().strip();
            return OptionalLong.of(Long.parseLong(text.endsWith(".0") ? text.substring(0, text.length() - 2) : text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** A string; may be empty. */
    String requireText(String field) {
        return text(field, node.path(field));
    }

    /** Whether a field is there and is a string. */
    boolean hasText(String field) {
        return node.path(field).isTextual();
    }

    /** The strings {@code inner} of a list {@code field} of objects, at least one. */
    List<String> requireTexts(String field, String inner) {
        JsonNode list = node.path(field);
        if (!list.isArray() || list.isEmpty()) {
            throw wrongType(field, "a list with at least one element", list);
        }
        List<String> texts = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            texts.add(text(field + "[" + i + "]." + inner, list.get(i).path(inner)));
        }
        return texts;
    }

    private String text(String field, JsonNode value) {
        if (!value.isTextual()) {
            throw wrongType(field, "a string", value);
        }
        String text = value.textValue();
        // An escape can name half a character, which no file in UTF-8 can hold, ours included.
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw invalid(
                    "field " + field + ": expected Unicode text, found half of a surrogate pair", "Correct the field.");
        }
        return text;
    }

    private InvalidInputException wrongType(String field, String expected, JsonNode found) {
        return invalid("field " + field + ": expected " + expected + ", found " + show(found), "Correct the field.");
    }

    /** An error at this element. */
    InvalidInputException invalid(String problem, String advice) {
        return new InvalidInputException(where() + ": " + problem, advice);
    }

    /** The element's place, for messages. */
    String where() {
        return where(file, index, line, column);
    }

    /** As {@link #where()}, of an element that is not at hand any more. */
    static String where(Path file, long index, int line, int column) {
        return file + ", line " + line + ", column " + column + " (element " + index + ")";
    }

    private static String show(JsonNode value) {
        if (value.isMissingNode()) {
            return "nothing";
        }
        String text = value.toString();
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
