package org.crvqa.artifacts.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Named byte sequences with create-if-absent. Names are relative, parts separated by '/'; no part is empty or starts
 * with '.' ({@link ObjectName}); other names are refused with {@link IllegalArgumentException}. An object appears whole
 * or not at all; a reader never sees a part of one that is being written. Thread-safe. Every method throws
 * {@link StoreException} when the store cannot be reached or refuses.
 */
public interface ObjectStore extends AutoCloseable {
    /** Writes the object unless it exists. Exactly one of many racing callers gets true. */
    boolean createIfAbsent(String name, byte[] content);

    /** Writes the object, replacing any other. */
    void put(String name, byte[] content);

    /** Uploads a file in bounded memory, replacing any other object of that name. */
    void upload(String name, Path source);

    /** The whole object, for small ones. Empty when it does not exist. */
    Optional<byte[]> read(String name);

    /** Copies the object to a file that does not exist yet. False, and no file, when the object does not exist. */
    boolean download(String name, Path target);

    /** Whether the object exists. */
    boolean exists(String name);

    /** All objects whose names start with {@code prefix}, sorted by name. Not for hot paths. */
    List<StoredObject> entries(String prefix);

    /** Names of all objects whose names start with {@code prefix}, sorted. Not for hot paths. */
    default List<String> list(String prefix) {
        return entries(prefix).stream().map(StoredObject::name).toList();
    }

    /** Removes the object; nothing happens when it does not exist. */
    void delete(String name);

    /** The object as a local file that can be memory-mapped, where the store has it as one. */
    Optional<Path> localFile(String name);

    /**
     * Writes that were begun and neither finished nor given up, by whomever: those under way, and what killed writers
     * left. Nothing of them is visible as an object. The name is for {@link #dropUpload} only; the time is that of the
     * beginning or of the last progress; the size is 0 where the store does not tell it. Not for hot paths.
     */
    List<StoredObject> unfinishedUploads();

    /**
     * Removes what an unfinished upload has stored so far; its writer, should it still live, fails. Nothing happens when
     * it is gone already.
     *
     * @throws IllegalArgumentException when the name is not one of {@link #unfinishedUploads}
     */
    void dropUpload(StoredObject upload);

    /** The time of the store's own clock, by which objects get theirs; to about a second. */
    Instant storeTime();

    /** Where this store is, without credentials, for messages. */
    String location();

    /** Frees connections. */
    @Override
    void close();
}
