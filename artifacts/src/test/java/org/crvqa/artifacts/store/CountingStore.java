package org.crvqa.artifacts.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A store that counts the requests that an S3 server would get for what is asked of it, retries aside. Like S3 it has no
 * local files. Thread-safe.
 */
public final class CountingStore implements ObjectStore {
    private static final int PAGE_OBJECTS = 1000;

    private final ObjectStore store;
    private final List<Request> requests = new ArrayList<>();

    /** A kind of request; POST begins and completes an upload in parts, or removes many objects. */
    public enum Method {
        GET,
        HEAD,
        PUT,
        POST,
        LIST,
        DELETE
    }

    /** A request for the object {@code name}; of a listing the prefix, of many removals the first name. */
    public record Request(Method method, String name) {}

    /** The other store is closed with this one. */
    public CountingStore(ObjectStore store) {
        this.store = store;
    }

    /** All since the last {@link #reset}, in their order. */
    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Those for objects whose names start with {@code prefix}. */
    public long count(Method method, String prefix) {
        return requests().stream()
                .filter(request -> request.method() == method && request.name().startsWith(prefix))
                .count();
    }

    /** How many of each method; of the others there were none. */
    public Map<Method, Integer> counts() {
        Map<Method, Integer> counts = new EnumMap<>(Method.class);
        requests().forEach(request -> counts.merge(request.method(), 1, Integer::sum));
        return counts;
    }

    /** Begins anew. */
    public synchronized void reset() {
        requests.clear();
    }

    private synchronized void add(Method method, String name) {
        requests.add(new Request(method, name));
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        add(Method.PUT, name);
        return store.createIfAbsent(name, content);
    }

    @Override
    public void put(String name, byte[] content) {
        add(Method.PUT, name);
        store.put(name, content);
    }

    @Override
    public void upload(String name, Path source) {
        long parts = parts(source);
        if (parts > 1) {
            add(Method.POST, name);
        }
        for (long part = 0; part < parts; part++) {
            add(Method.PUT, name);
        }
        store.upload(name, source);
        if (parts > 1) {
            add(Method.POST, name);
        }
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        add(Method.GET, name);
        return store.read(name, mostBytes);
    }

    @Override
    public boolean download(String name, Path target) {
        add(Method.HEAD, name);
        boolean found = store.download(name, target);
        for (long part = 0; found && part < parts(target); part++) {
            add(Method.GET, name);
        }
        return found;
    }

    /** An empty file goes in a request too. */
    private static long parts(Path file) {
        try {
            long size = Files.size(file);
            return Math.max(1, (size + S3ObjectStore.PART_BYTES - 1) / S3ObjectStore.PART_BYTES);
        } catch (IOException e) {
            throw new StoreException("Could not read the size of " + file, e);
        }
    }

    @Override
    public boolean exists(String name) {
        add(Method.HEAD, name);
        return store.exists(name);
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        add(Method.LIST, prefix);
        int[] shown = {0};
        store.visit(prefix, after, object -> {
            if (shown[0] > 0 && shown[0] % PAGE_OBJECTS == 0) {
                add(Method.LIST, prefix);
            }
            shown[0]++;
            return visitor.test(object);
        });
    }

    @Override
    public void delete(String name) {
        add(Method.DELETE, name);
        store.delete(name);
    }

    @Override
    public void deleteAll(Collection<String> names) {
        List<String> all = List.copyOf(names);
        for (int start = 0; start < all.size(); start += PAGE_OBJECTS) {
            add(Method.POST, all.get(start));
        }
        store.deleteAll(all);
    }

    @Override
    public Optional<Path> localFile(String name) {
        ObjectName.check(name);
        return Optional.empty();
    }

    @Override
    public List<StoredObject> unfinishedUploads() {
        add(Method.LIST, "");
        return store.unfinishedUploads();
    }

    @Override
    public Instant latestProgress(StoredObject upload) {
        add(Method.GET, upload.name());
        return store.latestProgress(upload);
    }

    @Override
    public void dropUpload(StoredObject upload) {
        add(Method.DELETE, upload.name());
        store.dropUpload(upload);
    }

    @Override
    public Instant storeTime() {
        add(Method.LIST, "");
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
