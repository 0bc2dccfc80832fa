package org.crvqa.artifacts.store;

import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.crvqa.artifacts.InvalidInputException;

/** Opens stores. */
public final class ObjectStores {
    private static final System.Logger LOG = System.getLogger(ObjectStores.class.getName());

    /** Once in a process is enough. */
    private static final AtomicBoolean LOOKED_FOR_VERSIONS = new AtomicBoolean();

    private ObjectStores() {}

    /**
     * Opens the store and probes that it keeps what everything rests on: {@linkplain CreateIfAbsentProbe
     * create-if-absent} and {@linkplain ListingProbe listings} that show what was written. The caller closes it.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the location is not one of {@code file:///dir},
     *     {@code s3://bucket/prefix}, or the store keeps one of the two not
     * @throws StoreException when it cannot be reached
     */
    public static ObjectStore open(StoreSettings settings) {
        ObjectStore store = probed(connect(settings));
        if (store instanceof S3ObjectStore s3 && LOOKED_FOR_VERSIONS.compareAndSet(false, true)) {
            s3.keepsVersions().ifPresent(advice -> LOG.log(Level.WARNING, advice));
        }
        return store;
    }

    /**
     * Opens a store to read what is in it: it is neither created nor probed. The caller closes it.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the location is not one that {@link #open} takes, or there
     *     is no store: no such folder, or one in which no store has ever been
     */
    public static ObjectStore openExisting(StoreSettings settings) {
        ObjectStore store = connect(settings);
        if (store instanceof FileObjectStore files) {
            files.requireExisting();
        }
        return store;
    }

    /**
     * Opens a store to find out what is wrong with it, as {@link #connect} does, unless there is no such folder: one whose
     * name was mistyped does not come into being. The caller closes it.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the location is not one that {@link #open} takes, or there is
     *     no such folder
     */
    public static ObjectStore connectExisting(StoreSettings settings) {
        ObjectStore store = connect(settings);
        if (store instanceof FileObjectStore files) {
            files.requireFolder();
        }
        return store;
    }

    /** The store itself, after it has passed the probe; closed when it has not. */
    static ObjectStore probed(ObjectStore store) {
        boolean passed = false;
        try {
            String name = "probes/" + UUID.randomUUID();
            CreateIfAbsentProbe.run(store, name);
            ListingProbe.run(store, name + "-listed");
            passed = true;
            return store;
        } finally {
            if (!passed) {
                store.close();
            }
        }
    }

    /**
     * Opens the store without the probe, to find out what is wrong with it: nothing that is written there can be relied
     * on. The caller closes it.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the location is not one that {@link #open} takes
     */
    public static ObjectStore connect(StoreSettings settings) {
        URI location = settings.location();
        String scheme = location.getScheme() == null ? "" : location.getScheme();
        return switch (scheme) {
            case "file" -> new FileObjectStore(folder(location));
            case "s3" ->
                new S3ObjectStore(settings, S3Credentials.standard(), S3Clients.http(), S3ObjectStore.PART_BYTES);
            default -> throw malformed(location, "it starts with neither file:/// nor s3://");
        };
    }

    private static Path folder(URI location) {
        if (location.getAuthority() != null) {
            throw malformed(location, "a file store has three slashes after 'file:'");
        }
        if (location.getPath() == null || location.getQuery() != null || location.getFragment() != null) {
            throw malformed(location, "a file store is an absolute folder and nothing else");
        }
        return Path.of(location);
    }

    private static InvalidInputException malformed(URI location, String why) {
        return new InvalidInputException(
                "Not the location of an object store: " + location + ": " + why,
                "Give file:///absolute/folder or s3://bucket/prefix.");
    }
}
