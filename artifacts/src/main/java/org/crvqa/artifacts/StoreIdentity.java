package org.crvqa.artifacts;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;

/**
 * The id of a store, by which two processes find out whether they work on the same one, however each of them addresses
 * it. The object {@code coordinator/store-id} holds it; whoever asks first creates it.
 */
public final class StoreIdentity {
    private static final String OBJECT = "coordinator/store-id";
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final long MOST_BYTES = 1 << 10;

    private StoreIdentity() {}

    /**
     * The id, a UUID; the same at each call, of every process.
     *
     * @throws ArtifactCorruptException when something else is stored in its place
     * @throws StoreException when the store cannot be reached
     */
    public static String of(ObjectStore store) {
        Optional<byte[]> stored = store.read(OBJECT, MOST_BYTES);
        if (stored.isEmpty()) {
            store.createIfAbsent(OBJECT, UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
            stored = store.read(OBJECT, MOST_BYTES);
        }
        byte[] content = stored.orElseThrow(() -> new StoreException(
                "Object " + OBJECT + " in " + store.location() + " was created, and cannot be read"));
        String id = new String(content, StandardCharsets.US_ASCII).strip();
        if (!FORM.matcher(id).matches()) {
            throw new ArtifactCorruptException("Object " + OBJECT + " in " + store.location() + " has " + content.length
                    + " bytes that are not the id of a store (a UUID). Remove it: a new one is made, which processes"
                    + " take when they start again.");
        }
        return id;
    }
}
