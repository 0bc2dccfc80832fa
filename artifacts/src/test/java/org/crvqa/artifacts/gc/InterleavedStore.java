package org.crvqa.artifacts.gc;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;

/** A store that does something before each operation. */
class InterleavedStore implements ObjectStore {
    private final ObjectStore store;
    private final Runnable before;

    InterleavedStore(ObjectStore store, Runnable before) {
        this.store = store;
        this.before = before;
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        before.run();
        return store.createIfAbsent(name, content);
    }

    @Override
    public void put(String name, byte[] content) {
        before.run();
        store.put(name, content);
    }

    @Override
    public void upload(String name, Path source) {
        before.run();
        store.upload(name, source);
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        before.run();
        return store.read(name, mostBytes);
    }

    @Override
    public boolean download(String name, Path target) {
        before.run();
        return store.download(name, target);
    }

    @Override
    public boolean exists(String name) {
        before.run();
        return store.exists(name);
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        before.run();
        store.visit(prefix, after, visitor);
    }

    @Override
    public void delete(String name) {
        before.run();
        store.delete(name);
    }

    @Override
    public List<StoredObject> unfinishedUploads() {
        before.run();
        return store.unfinishedUploads();
    }

    @Override
    public Instant latestProgress(StoredObject upload) {
        before.run();
        return store.latestProgress(upload);
    }

    @Override
    public void dropUpload(StoredObject upload) {
        before.run();
        store.dropUpload(upload);
    }

    @Override
    public Instant storeTime() {
        return store.storeTime();
    }

    @Override
    public Optional<Path> localFile(String name) {
        return store.localFile(name);
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public void close() {}
}
