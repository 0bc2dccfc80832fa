package org.crvqa.coordinator.leader;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;

/** A store in memory that several candidates share, with faults that a test switches on. */
final class SharedStore implements ObjectStore {
    private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    /** Calls so far. */
    private final AtomicInteger requests = new AtomicInteger();
    /** Nothing answers. */
    volatile boolean away;
    /** The next create happens, and its caller hears of an error; so does whoever reads after it. */
    volatile boolean loseNextAnswer;
    /** Runs once, before the next create. */
    volatile Runnable beforeCreate = () -> {};

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        check();
        Runnable before = beforeCreate;
        beforeCreate = () -> {};
        before.run();
        boolean created = objects.putIfAbsent(name, content.clone()) == null;
        if (loseNextAnswer) {
            loseNextAnswer = false;
            throw new StoreException("timeout");
        }
        return created;
    }

    @Override
    public void put(String name, byte[] content) {
        check();
        objects.put(name, content.clone());
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        check();
        return Optional.ofNullable(objects.get(name)).map(byte[]::clone).filter(content -> {
            if (content.length > mostBytes) {
                throw new ArtifactCorruptException(name + " is too large");
            }
            return true;
        });
    }

    @Override
    public boolean exists(String name) {
        return read(name).isPresent();
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        check();
        objects.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(prefix) && entry.getKey().compareTo(after) > 0)
                .map(entry -> new StoredObject(entry.getKey(), entry.getValue().length, Instant.EPOCH))
                .takeWhile(visitor)
                .forEach(object -> {});
    }

    int requests() {
        return requests.get();
    }

    String text(String name) {
        return new String(objects.get(name), StandardCharsets.UTF_8);
    }

    private void check() {
        requests.incrementAndGet();
        if (away) {
            throw new StoreException("503");
        }
    }

    @Override
    public void upload(String name, Path source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean download(String name, Path target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String name) {
        objects.remove(name);
    }

    @Override
    public Optional<Path> localFile(String name) {
        return Optional.empty();
    }

    @Override
    public List<StoredObject> unfinishedUploads() {
        return List.of();
    }

    @Override
    public void dropUpload(StoredObject upload) {}

    @Override
    public Instant storeTime() {
        return Instant.EPOCH;
    }

    @Override
    public String location() {
        return "memory:";
    }

    @Override
    public void close() {}
}
