package org.crvqa.artifacts;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.crvqa.artifacts.store.ObjectStore;

/** Human names of datasets and models: {@code names/<kind>/<name>} holds a key. Thread-safe. */
public final class Names {
    private static final System.Logger LOG = System.getLogger(Names.class.getName());
    private static final long MOST_BYTES = 1024;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

    private final ObjectStore store;

    /** What a name can stand for. */
    public enum Kind {
        DATASET("datasets"),
        MODEL("models");

        private final String folder;

        Kind(String folder) {
            this.folder = folder;
        }

        /** The folder below names/. */
        public String folder() {
            return folder;
        }
    }

    /** The store stays the caller's to close. */
    public Names(ObjectStore store) {
        this.store = store;
    }

    /**
     * The key that a name stands for, or the key itself when {@code nameOrKey} is one.
     *
     * @throws ArtifactCorruptException when the name is stored with something that is not a key
     */
    public Optional<ArtifactKey> resolve(Kind kind, String nameOrKey) {
        if (KEY.matcher(nameOrKey).matches()) {
            return Optional.of(new ArtifactKey(nameOrKey));
        }
        return FORM.matcher(nameOrKey).matches() ? read(kind, nameOrKey) : Optional.empty();
    }

    /**
     * Gives a name to a key. Naming the same key again is fine.
     *
     * @throws InvalidInputException when the name is malformed, or taken by another key and not {@code replace}
     */
    public void assign(Kind kind, String name, ArtifactKey key, boolean replace) {
        check(name);
        byte[] content = key.hex().getBytes(StandardCharsets.US_ASCII);
        if (replace) {
            store.put(object(kind, name), content);
            return;
        }
        if (store.createIfAbsent(object(kind, name), content)) {
            return;
        }
        Optional<ArtifactKey> taken = read(kind, name);
        if (!taken.equals(Optional.of(key))) {
            throw taken(kind, name, taken.map(ArtifactKey::hex).orElse("another key"), key);
        }
    }

    /**
     * Whether {@link #assign} would give the name to the key, asked before the work of making what the key stands for.
     *
     * @throws InvalidInputException when the name is malformed, or taken by another key and not {@code replace}
     */
    public void requireFree(Kind kind, String name, ArtifactKey key, boolean replace) {
        check(name);
        Optional<ArtifactKey> taken = replace ? Optional.empty() : read(kind, name);
        if (taken.isPresent() && !taken.get().equals(key)) {
            throw taken(kind, name, taken.get().hex(), key);
        }
    }

    /** Takes a name away; what it stood for stays. False: there was no such name. */
    public boolean remove(Kind kind, String name) {
        check(name);
        if (!store.exists(object(kind, name))) {
            return false;
        }
        store.delete(object(kind, name));
        return true;
    }

    private static InvalidInputException taken(Kind kind, String name, String by, ArtifactKey key) {
        return new InvalidInputException(
                "The name '" + name + "' in names/" + kind.folder() + " already stands for " + by + ", not " + key,
                "Choose another name with --name, or let the name stand for this one with --replace.");
    }

    /** All names of a kind with their keys; those that cannot be read are left out, with a warning in the log. */
    public SortedMap<String, ArtifactKey> list(Kind kind) {
        return list(kind, problem -> LOG.log(Level.WARNING, "A name is left out: {0}", problem));
    }

    /**
     * All names of a kind with their keys.
     *
     * @param unreadable is told of every name that is stored with something that is not a key, and why
     */
    public SortedMap<String, ArtifactKey> list(Kind kind, Consumer<String> unreadable) {
        String prefix = "names/" + kind.folder() + "/";
        SortedMap<String, ArtifactKey> keys = new TreeMap<>();
        for (String object : store.list(prefix)) {
            String name = object.substring(prefix.length());
            // What is not a name was put there by someone else; a name can vanish between listing and reading.
            if (FORM.matcher(name).matches()) {
                try {
                    read(kind, name).ifPresent(key -> keys.put(name, key));
                } catch (ArtifactCorruptException e) {
                    unreadable.accept(e.getMessage());
                }
            }
        }
        return keys;
    }

    /** @throws InvalidInputException when this cannot be a name */
    public static void check(String name) {
        if (!FORM.matcher(name).matches() || KEY.matcher(name).matches()) {
            throw new InvalidInputException(
                    "Not a name for a dataset or model: '" + name + "'",
                    "Use 1 to 80 letters, digits, '.', '_' and '-', starting with a letter or digit, and not 64 "
                            + "hexadecimal digits, which would be a key.");
        }
    }

    private Optional<ArtifactKey> read(Kind kind, String name) {
        return store.read(object(kind, name), MOST_BYTES).map(stored -> {
            String text = new String(stored, StandardCharsets.US_ASCII).strip();
            if (!KEY.matcher(text).matches()) {
                throw new ArtifactCorruptException(
                        "Object " + object(kind, name) + " in " + store.location() + " has " + stored.length
                                + " bytes that are not a key (64 hexadecimal digits); remove it, or give the name again with --replace");
            }
            return new ArtifactKey(text);
        });
    }

    private static String object(Kind kind, String name) {
        return "names/" + kind.folder() + "/" + name;
    }
}
