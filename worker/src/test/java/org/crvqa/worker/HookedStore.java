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

    HookedStore(ObjectStore store) {
        this.store = store;
    }

    void beforeCreate(Consumer<String> hook) {
        beforeCreate = hook;
    }

    void beforeRead(Consumer<String> hook) {
        beforeRead = hook;
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        beforeCreate.accept(name);
        return store.createIfAbsent(name, content);
    }

    @Override
    public void put(String name, byte[] content) {
        store.put(name, content);
    }

    @Override
    public void upload(String name, Path source) {
        store.upload(name, source);
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        beforeRead.accept(name);
        return store.read(name, mostBytes);
    }

    @Override
    public boolean download(String name, Path target) {
        return store.download(name, target);
    }

    @Override
    public boolean exists(String name) {
        return store.exists(name);
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        store.visit(prefix, after, visitor);
    }

    @Override
    public void delete(String name) {
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
