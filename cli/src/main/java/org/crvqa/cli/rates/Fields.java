package org.crvqa.cli.rates;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;

/**
 * An object of a file of rates. Every method throws {@link InvalidInputException} that names file, field, what stands
 * there and what was expected.
 *
 * @param path of the object in the file: "[1].measurements[0]"; empty for the whole file
 */
record Fields(String file, String path, JsonNode node) {
    static final String ADVICE = "Give what 'crvqa bench --output json' printed, unchanged.";

    Fields {
        if (!node.isObject()) {
            throw new InvalidInputException(
                    file + ": " + (path.isEmpty() ? "the file" : path) + " is no object, expected one", ADVICE);
        }
    }

    Fields object(String key) {
        return new Fields(file, at(key), required(key, "an object"));
    }

    /** Elements of an array that is not empty. */
    Iterable<Fields> objects(String key) {
        JsonNode list = required(key, "a list");
        if (!list.isArray() || list.isEmpty()) {
            throw wrong(key, "a list with at least one entry");
        }
        return () -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < list.size();
            }

            @Override
            public Fields next() {
                Fields element = new Fields(file, at(key) + "[" + next + "]", list.get(next));
                next++;
                return element;
            }
        };
    }

    String text(String key) {
        if (!required(key, "text").isTextual()) {
            throw wrong(key, "text");
        }
        return node.get(key).textValue();
    }

    /** Empty text when there is no such field. */
    String optionalText(String key) {
        return node.has(key) && !node.get(key).isNull() ? text(key) : "";
    }

    /** At least 1. */
    long count(String key, long most) {
        JsonNode value = required(key, "a whole number");
        boolean whole = value.isIntegralNumber() && value.canConvertToLong();
        if (!whole || value.longValue() < 1 || value.longValue() > most) {
            throw wrong(key, "a whole number in 1.." + most);
        }
        return value.longValue();
    }

    /** Above 0. */
    double positive(String key) {
        JsonNode value = required(key, "a number above 0");
        if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || value.doubleValue() <= 0) {
            throw wrong(key, "a number above 0");
        }
        return value.doubleValue();
    }

    /** One of the map's words, as its value. */
    <T> T oneOf(String key, Map<String, T> words) {
        T value = words.get(text(key));
        if (value == null) {
            throw wrong(key, "one of " + String.join(", ", words.keySet()));
        }
        return value;
    }

    /** What no measurement can be, whether it is read here or not: the file is not what was measured. */
    void noNegativeNumbers() {
        node.fields().forEachRemaining(field -> {
            if (field.getValue().isNumber() && field.getValue().doubleValue() < 0) {
                throw wrong(field.getKey(), "a number of at least 0");
            }
        });
    }

    InvalidInputException wrong(String key, String expected) {
        return new InvalidInputException(
                file + ": " + at(key) + " is " + node.get(key) + ", expected " + expected, ADVICE);
    }

    private JsonNode required(String key, String expected) {
        if (!node.has(key)) {
            throw new InvalidInputException(file + ": " + at(key) + " is missing, expected " + expected, ADVICE);
        }
        return node.get(key);
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
