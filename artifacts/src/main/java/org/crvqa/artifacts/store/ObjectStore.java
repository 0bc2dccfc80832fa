package org.crvqa.artifacts.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Named byte sequences with create-if-absent. Names are relative, parts separated by '/'; no part is empty or starts
 * with '.' ({@link ObjectName}); other names are refused with {@link IllegalArgumentException}. An object appears whole
 * or not at all; a reader never sees a part of one that is being written. Thread-safe. Every method throws
 * {@link StoreException} when the store cannot be reached or refuses.
 */
public interface ObjectStore extends AutoCloseable {
    /** What a read without a limit of its own takes: far more than any record that is read whole. */
    long READ_LIMIT_BYTES = 64L << 20;

    /** Writes the object unless it exists. Exactly one of many racing callers gets true. */
    boolean createIfAbsent(String name, byte[] content);

    /**
     * Whether {@link #createIfAbsent}, after a lost answer, can tell a write of its own from another's. Writes the object
     * to find out. For the probe.
     */
    default boolean recognisesOwnWrite(String name) {
        return true;
    }

    /** Writes the object, replacing any other. */
    void put(String name, byte[] content);

    /** Uploads a file in bounded memory, replacing any other object of that name. */
    void upload(String name, Path source);

    /**
     * The whole object, for small ones. Empty when it does not exist.
     *
     * @throws ObjectTooLargeException when it has more than {@link #READ_LIMIT_BYTES}
     */
    default Optional<byte[]> read(String name) {
        return read(name, READ_LIMIT_BYTES);
    }

    /**
     * The whole object. Empty when it does not exist. Never holds more than {@code mostBytes} of it in memory.
     *
     * @throws ObjectTooLargeException when it has more
     */
    Optional<byte[]> read(String name, long mostBytes);

    /** Copies the object to a file that does not exist yet. False, and no file, when the object does not exist. */
    boolean download(String name, Path target);

    /** Whether the object exists. */
    boolean exists(String name);

    /**
     * Shows the visitor the objects whose names start with {@code prefix} and come behind {@code after}, in the order of
     * their names, until it returns false. Names are compared as text, byte by byte, so that {@code a-b} comes before
     * {@code a/b}. Holds a bounded number of objects in memory, however many there are. What is written or removed
     * meanwhile may be shown or not; what lies in the store under a name that no store takes is left out.
     *
     * @param after a name, which need not exist; empty text: from the first object on
     */
    void visit(String prefix, String after, Predicate<StoredObject> visitor);

    /** All objects whose names start with {@code prefix}, sorted by name. Not for hot paths, nor for many objects. */
    default List<StoredObject> entries(String prefix) {
        List<StoredObject> found = new ArrayList<>();
        visit(prefix, "", found::add);
        return List.copyOf(found);
    }

    /** Names of all objects whose names start with {@code prefix}, sorted. Not for hot paths. */
    default List<String> list(String prefix) {
        return entries(prefix).stream().map(StoredObject::name).toList();
    }

    /** Removes the object; nothing happens when it does not exist. */
    void delete(String name);

    /** Removes the objects, in no order that could be relied on; nothing happens for those that do not exist. */
    default void deleteAll(Collection<String> names) {
        names.forEach(this::delete);
    }

    /** The object as a local file that can be memory-mapped, where the store has it as one. */
    Optional<Path> localFile(String name);

    /**
     * Writes that were begun and neither finished nor given up, by whomever: those under way, and what killed writers
     * left. Nothing of them is visible as an object. The name is for {@link #dropUpload} only; the time is that of the
     * beginning or of the last progress; the size is 0 where the store does not tell it. Not for hot paths.
     */
    List<StoredObject> unfinishedUploads();

    /**
     * When an unfinished upload got on last, as far as the store tells; else when it was begun. May cost a request. For one
     * that is gone, anything.
     */
    default Instant latestProgress(StoredObject upload) {
        return upload.modified();
    }

    /**
     * Removes what an unfinished upload has stored so far; its writer, should it still live, fails. Nothing happens when
     * it is gone already.
     *
     * @throws IllegalArgumentException when the name is not one of {@link #unfinishedUploads}
     */
    void dropUpload(StoredObject upload);

    /** The time of the store's own clock, by which objects get theirs; to about a second. */
    Instant storeTime();

    /**
     * The same store for calls that must not take long, over connections that no other call has used: each call ends
     * within {@code call}, each try in it within {@code attempt}. Transfers of files keep their own limits. It belongs to
     * this store and is closed with it. A store without connections is its own.
     */
    default ObjectStore within(Duration attempt, Duration call) {
        return this;
    }

    /** Where this store is, without credentials, for messages. */
    String location();

    /** Frees connections. */
    @Override
    void close();
}
