package org.crvqa.worker;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;

/** A real store with a hook that can wait or fail before reading or creating an object. */
final class HookedStore implements ObjectStore {
    private final ObjectStore store;
    private volatile Consumer<String> beforeCreate = name -> {};
    private volatile Consumer<String> beforeRead = name -> {};
    private volatile Consumer<String> beforeList = prefix -> {};
    private volatile Predicate<String> hidden = name -> false;
    private volatile Consumer<String> beforeAnything = name -> {};

    HookedStore(ObjectStore store) {
        this.store = store;
    }

    void beforeCreate(Consumer<String> hook) {
        beforeCreate = hook;
    }

    void beforeRead(Consumer<String> hook) {
        beforeRead = hook;
    }

    /** What is asked for is not found where the hook says so. */
    void hides(Predicate<String> which) {
        hidden = which;
    }

    void beforeList(Consumer<String> hook) {
        beforeList = hook;
    }

    /** Before every call that may take time, with the name or prefix that it is about. */
    void beforeAnything(Consumer<String> hook) {
        beforeAnything = hook;
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        beforeAnything.accept(name);
        beforeCreate.accept(name);
        return store.createIfAbsent(name, content);
    }

    @Override
    public void put(String name, byte[] content) {
        beforeAnything.accept(name);
        store.put(name, content);
    }

    @Override
    public void upload(String name, Path source) {
        beforeAnything.accept(name);
        store.upload(name, source);
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        beforeAnything.accept(name);
        beforeRead.accept(name);
        if (hidden.test(name)) {
            return Optional.empty();
        }
        return store.read(name, mostBytes);
    }

    @Override
    public boolean download(String name, Path target) {
        beforeAnything.accept(name);
        return store.download(name, target);
    }

    @Override
    public boolean exists(String name) {
        beforeAnything.accept(name);
        return store.exists(name);
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        beforeAnything.accept(prefix);
        beforeList.accept(prefix);
        store.visit(prefix, after, visitor);
    }

    @Override
    public void delete(String name) {
        beforeAnything.accept(name);
        store.delete(name);
    }

    @Override
    public Optional<Path> localFile(String name) {
        return store.localFile(name);
    }

    @Override
    public List<StoredObject> unfinishedUploads() {
        return store.unfinishedUploads();
    }

    @Override
    public void dropUpload(StoredObject upload) {
        store.dropUpload(upload);
    }

    @Override
    public Instant storeTime() {
        return store.storeTime();
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public void close() {
        store.close();
    }
}
