package org.crvqa.artifacts.store;

/**
 * The rules for names of objects, the same for every store: what one store takes, any other can hold. Printable ASCII
 * only, because a Java process with a plain C locale can write no other file names.
 */
public final class ObjectName {
    /** S3 takes 1024 bytes; the rest is left for the prefix of the store. */
    private static final int MAX_LENGTH = 768;

    /** Common file systems take 255 bytes. */
    private static final int MAX_PART_LENGTH = 255;

    private ObjectName() {}

    /**
     * The name itself, when it is one: relative parts separated by '/', none empty or starting with '.'.
     *
     * @throws IllegalArgumentException when it is not
     */
    public static String check(String name) {
        checkText(name);
        for (String part : name.split("/", -1)) {
            checkPart(name, part);
        }
        return name;
    }

    /** Whether {@link #check} takes the name. */
    static boolean isLegal(String name) {
        try {
            check(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The beginning of a name, possibly empty. @throws IllegalArgumentException when no name can start so */
    static String checkPrefix(String prefix) {
        checkText(prefix);
        String[] parts = prefix.split("/", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            checkPart(prefix, parts[i]);
        }
        String last = parts[parts.length - 1];
        if (!last.isEmpty()) {
            checkPart(prefix, last);
        }
        return prefix;
    }

    private static void checkText(String name) {
        if (name.length() > MAX_LENGTH) {
            throw refused(
                    name.substring(0, 64) + "...",
                    "it has " + name.length() + " characters, at most " + MAX_LENGTH + " are allowed");
        }
        boolean legal = name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '\\');
        if (!legal) {
            throw refused(name, "only printable ASCII without '\\' is allowed");
        }
    }

    private static void checkPart(String name, String part) {
        if (part.isEmpty()) {
            throw refused(name, "a part between '/' is empty");
        }
        if (part.startsWith(".")) {
            throw refused(name, "the part '" + part + "' starts with '.'");
        }
        if (part.length() > MAX_PART_LENGTH) {
            throw refused(
                    name, "a part has " + part.length() + " characters, at most " + MAX_PART_LENGTH + " are allowed");
        }
    }

    private static IllegalArgumentException refused(String name, String why) {
        return new IllegalArgumentException("Not an object name: '" + name + "': " + why);
    }
}
