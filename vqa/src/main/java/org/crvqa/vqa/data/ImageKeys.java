package org.crvqa.vqa.data;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ids of images as Python's programs keep them: numbers, digits, or names of COCO's files. */
final class ImageKeys {
    private static final Pattern ID = Pattern.compile("(?:COCO_[a-z]+[0-9]+_)?([0-9]{1,18})(?:\\.jpg)?");

    private ImageKeys() {}

    /** The id that a key of a dictionary stands for; empty when it is none. */
    static OptionalLong of(Object key) {
        if (key instanceof Long number && number >= 0) {
            return OptionalLong.of(number);
        }
        if (key instanceof String text) {
            Matcher matcher = ID.matcher(text);
            if (matcher.matches()) {
                return OptionalLong.of(Long.parseLong(matcher.group(1)));
            }
        }
        return OptionalLong.empty();
    }

    /** The key for messages, cut where long. */
    static String shown(Object key) {
        String text = key instanceof Long || key instanceof String
                ? String.valueOf(key)
                : key.getClass().getSimpleName();
        return '"' + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + '"';
    }
}
