package org.crvqa.artifacts;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;

/**
 * Pins {@code pins/<key>/<holder>}: who reads or writes an artifact says so before it looks at the manifest, and the
 * collection of garbage, which looks at pins after it has taken the manifest away, leaves the artifact alone. A pin that
 * was not renewed for {@link #STALE_AFTER} belongs to a process that is gone. Throws the store's
 * {@link org.crvqa.artifacts.store.StoreException}. Thread-safe.
 */
public final class Pins {
    /** By the store's clock. */
    public static final Duration STALE_AFTER = Duration.ofHours(24);

    /** Where they lie. */
    public static final String FOLDER = "pins/";

    private static final System.Logger LOG = System.getLogger(Pins.class.getName());

    private static final int MAX_HOLDER = 60;

    private final ObjectStore store;

    /** The store stays the caller's to close. */
    public Pins(ObjectStore store) {
        this.store = store;
    }

    /**
     * Pins an artifact, whether it exists or not, until the pin is closed.
     *
     * @param holder for people, such as "trainer-1"; several pins of one holder do not disturb each other
     */
    public Pin pin(ArtifactKey key, String holder) {
        String legal = holder.replaceAll("[^A-Za-z0-9-]", "-");
        String part = legal.substring(0, Math.min(MAX_HOLDER, legal.length())) + "-" + UUID.randomUUID();
        Pin pin = new Pin(store, FOLDER + key + "/" + part);
        pin.renew();
        return pin;
    }

    /** Whether somebody holds the artifact. @param now the store's time */
    public boolean held(ArtifactKey key, Instant now) {
        return list(key).stream().anyMatch(pin -> !stale(pin, now));
    }

    /** All pins of an artifact, stale ones too. */
    public List<StoredObject> list(ArtifactKey key) {
        return store.entries(FOLDER + key + "/");
    }

    /** Whether a pin's holder is gone. @param now the store's time */
    public static boolean stale(StoredObject pin, Instant now) {
        return pin.modified().isBefore(now.minus(STALE_AFTER));
    }

    /** One pin. Closing it lets go; a process that dies lets go when the pin is stale. Thread-safe. */
    public static final class Pin implements AutoCloseable {
        private final ObjectStore store;
        private final String name;

        private Pin(ObjectStore store, String name) {
            this.store = store;
            this.name = name;
        }

        /** Keeps it from getting stale. To be called well within {@link #STALE_AFTER}. */
        public void renew() {
            store.put(name, "pinned".getBytes(StandardCharsets.UTF_8));
        }

        /** Lets go. When the store cannot be reached, the pin ends by getting stale. */
        @Override
        public void close() {
            try {
                store.delete(name);
            } catch (StoreException e) {
                LOG.log(Level.WARNING, "Pin {0} stays until it is stale: {1}", name, e.getMessage());
            }
        }
    }
}
