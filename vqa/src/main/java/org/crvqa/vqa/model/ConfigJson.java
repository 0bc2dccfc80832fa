package org.crvqa.vqa.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.crvqa.artifacts.InvalidInputException;

/** Typed reads of a {@code config.json}; every message names the file and the key. */
record ConfigJson(JsonNode root, String sourceName) {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @throws InvalidInputException when the text is not one JSON object */
    static ConfigJson parse(String json, String sourceName) {
        try {
            JsonNode root = MAPPER.readTree(json);
            if (!root.isObject()) {
                throw new InvalidInputException(
                        sourceName + ": expected a JSON object, found " + describe(root),
                        "Give the config.json of a Hugging Face LXMERT or VisualBERT model.");
            }
            return new ConfigJson(root, sourceName);
        } catch (JsonProcessingException e) {
            var where = e.getLocation();
            throw new InvalidInputException(
                    sourceName + ":" + where.getLineNr() + ":" + where.getColumnNr() + ": not JSON: "
                            + e.getOriginalMessage(),
                    "Give the config.json of a Hugging Face LXMERT or VisualBERT model.",
                    e);
        }
    }

    int integer(String key, int missing) {
        JsonNode value = root.path(key);
        if (value.isMissingNode()) {
            return missing;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(key, "an integer", value);
        }
        return value.intValue();
    }

    double number(String key, double missing) {
        JsonNode value = root.path(key);
        if (value.isMissingNode()) {
            return missing;
        }
        if (!value.isNumber()) {
            throw wrong(key, "a number", value);
        }
        return value.doubleValue();
    }

    String text(String key, String missing) {
        JsonNode value = root.path(key);
        if (value.isMissingNode()) {
            return missing;
        }
        if (!value.isTextual()) {
            throw wrong(key, "a text", value);
        }
        return value.textValue();
    }

    boolean flag(String key, boolean missing) {
        JsonNode value = root.path(key);
        if (value.isMissingNode()) {
            return missing;
        }
        if (!value.isBoolean()) {
            throw wrong(key, "true or false", value);
        }
        return value.booleanValue();
    }

    /** The key, if present, must have this value. */
    void requireText(String key, String expected) {
        JsonNode value = root.path(key);
        if (!value.isMissingNode() && !(value.isTextual() && value.textValue().equals(expected))) {
            throw wrong(key, "\"" + expected + "\"", value);
        }
    }

    private InvalidInputException wrong(String key, String expected, JsonNode found) {
        return new InvalidInputException(
                sourceName + ": " + key + ": expected " + expected + ", found " + describe(found),
                "Correct the key in config.json.");
    }

    private static String describe(JsonNode value) {
        String text = value.toString();
        return text.isEmpty() ? "nothing" : text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
