package org.crvqa.artifacts;

import java.util.OptionalLong;
import org.crvqa.artifacts.store.ObjectStore;

/**
 * Which keys have an object {@code <folder><key>/<name>}, as listings of the store tell: a request for a thousand objects
 * instead of one for each key. What is written or removed while the listing is read may be in it or not. Blocks on the
 * store, and throws its {@link org.crvqa.artifacts.store.StoreException}. Thread-safe.
 *
 * @param folder with '/' at its end
 * @param name of the object below the key's own folder
 */
public record KeyListing(ObjectStore store, String folder, String name) {
    /** The folder is read in so many parts, which may be read side by side: by the first digit of the key. */
    public static final int PARTS = 16;

    /** What S3 gives with one request. */
    private static final int OBJECTS_OF_A_REQUEST = 1000;

    /** Keys are digests: any two digits begin the same share of them. */
    private static final String SAMPLE = "00";

    private static final int SAMPLES = 256;

    private static final int KEY_DIGITS = 64;
    private static final int RADIX = 16;

    /**
     * How many requests it takes to read all parts, estimated by what lies below one key in 256; empty when that is more
     * than {@code most}. Takes a 256th of these requests, at least one.
     */
    public OptionalLong requests(long most) {
        long mostObjects = most * OBJECTS_OF_A_REQUEST / SAMPLES;
        long[] objects = {0};
        store.visit(folder + SAMPLE, "", object -> ++objects[0] <= mostObjects);
        long requests = PARTS + objects[0] * SAMPLES / OBJECTS_OF_A_REQUEST;
        return requests <= most ? OptionalLong.of(requests) : OptionalLong.empty();
    }

    /** The keys of one part, from 0. */
    public KeySet read(int part) {
        KeySet keys = new KeySet();
        store.visit(folder + Character.forDigit(part, RADIX), "", object -> {
            key(object.name(), keys);
            return true;
        });
        return keys;
    }

    /** In which part a key is. */
    public static int part(ArtifactKey key) {
        return Character.digit(key.hex().charAt(0), RADIX);
    }

    private void key(String object, KeySet keys) {
        int end = folder.length() + KEY_DIGITS;
        boolean named =
                object.length() == end + 1 + name.length() && object.charAt(end) == '/' && object.endsWith(name);
        if (named && ArtifactKey.isKey(object.substring(folder.length(), end))) {
            keys.add(new ArtifactKey(object.substring(folder.length(), end)));
        }
    }
}
