package org.crvqa.artifacts;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;

/**
 * Pins {@code pins/held/<holder>}, a key on each line: who reads or writes artifacts says so before it looks at their
 * manifests, and the collection of garbage, which looks at pins after it has taken the manifest away, leaves the artifact
 * alone ({@link RemovalProtocol}). A pin that was not renewed for {@link #STALE_AFTER} belongs to a process that is gone.
 * Releases before this one wrote {@code pins/<key>/<holder>}, which counts as well. Throws the store's {@link
 * StoreException}. Thread-safe.
 */
public final class Pins {
    /** By the store's clock. */
    public static final Duration STALE_AFTER = Duration.ofHours(24);

    /** Where they lie. */
    public static final String FOLDER = "pins/";

    /** Keys of one pin; a holder with more has several, so that adding a key never writes much. */
    static final int MOST_KEYS = 256;

    private static final System.Logger LOG = System.getLogger(Pins.class.getName());
    private static final String HELD = FOLDER + "held/";
    private static final Pattern OF_ONE_KEY = Pattern.compile(FOLDER + "([0-9a-f]{64})/.+");
    private static final Pattern KEYS = Pattern.compile("([0-9a-f]{64}\n)+");
    private static final int LINE_BYTES = 65;
    private static final int MOST_BYTES = MOST_KEYS * LINE_BYTES;
    private static final int MOST_HOLDER = 60;

    private final ObjectStore store;

    /** The store stays the caller's to close. */
    public Pins(ObjectStore store) {
        this.store = store;
    }

    /**
     * What is pinned at a moment.
     *
     * @param keys that somebody holds
     * @param unreadable pins of which nobody knows what they hold, for people: until they are stale, it may be anything
     */
    public record Held(Set<ArtifactKey> keys, List<String> unreadable) {
        /** Whether somebody holds the artifact, or may. */
        public boolean holds(ArtifactKey key) {
            return !unreadable.isEmpty() || keys.contains(key);
        }
    }

    /**
     * Pins artifacts, whether they exist or not, until the pin is closed.
     *
     * @param holder for people, such as "trainer-1"; several pins of one holder do not disturb each other
     * @param keys at most {@link #MOST_KEYS}
     */
    public Pin pin(Collection<ArtifactKey> keys, String holder) {
        String legal = holder.replaceAll("[^A-Za-z0-9-]", "-");
        String part = legal.substring(0, Math.min(MOST_HOLDER, legal.length())) + "-" + UUID.randomUUID();
        Pin pin = new Pin(store, HELD + part);
        pin.add(keys);
        return pin;
    }

    /** All pins, stale ones too. */
    public List<StoredObject> list() {
        return store.entries(FOLDER);
    }

    /** What the pins hold that are not stale. @param now the store's time */
    public Held held(Instant now) {
        Set<ArtifactKey> keys = new HashSet<>();
        List<String> unreadable = new ArrayList<>();
        for (StoredObject pin : list()) {
            if (!isStale(pin, now)) {
                try {
                    keys.addAll(keys(pin.name()));
                } catch (ArtifactCorruptException e) {
                    unreadable.add("Nothing that can be pinned is removed before pin " + pin.name()
                            + " is a day old, because nobody knows what it holds: " + e.getMessage());
                }
            }
        }
        return new Held(keys, unreadable);
    }

    private List<ArtifactKey> keys(String name) {
        Matcher ofOneKey = OF_ONE_KEY.matcher(name);
        if (ofOneKey.matches()) {
            return List.of(new ArtifactKey(ofOneKey.group(1)));
        }
        Optional<byte[]> content = name.startsWith(HELD) ? store.read(name, MOST_BYTES) : Optional.empty();
        if (content.isEmpty()) {
            return List.of();
        }
        String text = new String(content.get(), StandardCharsets.US_ASCII);
        if (!KEYS.matcher(text).matches()) {
            throw new ArtifactCorruptException("Object " + name + " in " + store.location() + " has "
                    + content.get().length + " bytes, expected a key (64 hexadecimal digits) on each line. Remove it");
        }
        return text.lines().map(ArtifactKey::new).toList();
    }

    /** Whether a pin's holder is gone. @param now the store's time */
    public static boolean isStale(StoredObject pin, Instant now) {
        return pin.modified().isBefore(now.minus(STALE_AFTER));
    }

    /** One pin. Closing it lets go; a process that dies lets go when the pin is stale. Thread-safe. */
    public static final class Pin implements AutoCloseable {
        private final ObjectStore store;
        private final String name;
        private Set<ArtifactKey> keys = Set.of();

        private Pin(ObjectStore store, String name) {
            this.store = store;
            this.name = name;
        }

        /** Whether so many more keys fit. */
        synchronized boolean takes(int more) {
            return keys.size() + more <= MOST_KEYS;
        }

        /** Holds these keys too: one small write. */
        synchronized void add(Collection<ArtifactKey> more) {
            Set<ArtifactKey> all = new LinkedHashSet<>(keys);
            all.addAll(more);
            if (all.isEmpty() || all.size() > MOST_KEYS) {
                throw new IllegalArgumentException(
                        "A pin holds 1 to " + MOST_KEYS + " keys; these would be " + all.size());
            }
            write(all);
            keys = all;
        }

        /** Keeps it from getting stale. To be called well within {@link #STALE_AFTER}. */
        public synchronized void renew() {
            write(keys);
        }

        private void write(Set<ArtifactKey> all) {
            String text = all.stream().map(key -> key + "\n").collect(Collectors.joining());
            store.put(name, text.getBytes(StandardCharsets.US_ASCII));
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
