package org.crvqa.artifacts.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/** A store that, like S3, has no local files. Faults are made by overriding. */
public class InMemoryObjectStore implements ObjectStore {
    private record Content(byte[] bytes, Instant modified) {
        static Content of(byte[] bytes) {
            return new Content(bytes.clone(), Instant.now());
        }
    }

    private final Map<String, Content> objects = new ConcurrentSkipListMap<>();

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        return objects.putIfAbsent(ObjectName.check(name), Content.of(content)) == null;
    }

    @Override
    public void put(String name, byte[] content) {
        objects.put(ObjectName.check(name), Content.of(content));
    }

    @Override
    public void upload(String name, Path source) {
        ObjectName.check(name);
        try {
            put(name, Files.readAllBytes(source));
        } catch (IOException e) {
            throw new StoreException("Could not read " + source, e);
        }
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        return Optional.ofNullable(objects.get(ObjectName.check(name))).map(content -> {
            if (content.bytes().length > mostBytes) {
                throw new ObjectTooLargeException(location(), name, content.bytes().length, mostBytes);
            }
            return content.bytes().clone();
        });
    }

    @Override
    public boolean download(String name, Path target) {
        Optional<byte[]> content = read(name, Long.MAX_VALUE);
        if (content.isPresent() && Files.exists(target)) {
            throw new StoreException(target + " exists");
        }
        try {
            if (content.isPresent()) {
                Files.write(target, content.get());
            }
            return content.isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean exists(String name) {
        return read(name, Long.MAX_VALUE).isPresent();
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        ObjectName.checkPrefix(prefix);
        ObjectName.checkPrefix(after);
        for (Map.Entry<String, Content> entry : objects.entrySet()) {
            String name = entry.getKey();
            Content content = entry.getValue();
            if (name.startsWith(prefix)
                    && name.compareTo(after) > 0
                    && !visitor.test(new StoredObject(name, content.bytes().length, content.modified()))) {
                return;
            }
        }
    }

    @Override
    public void delete(String name) {
        objects.remove(ObjectName.check(name));
    }

    @Override
    public Optional<Path> localFile(String name) {
        ObjectName.check(name);
        return Optional.empty();
    }

    /** Uploads here are one step. */
    @Override
    public List<StoredObject> unfinishedUploads() {
        return List.of();
    }

    @Override
    public void dropUpload(StoredObject upload) {
        throw new IllegalArgumentException("Not an unfinished upload: " + upload.name());
    }

    @Override
    public Instant storeTime() {
        return Instant.now();
    }

    @Override
    public String location() {
        return "memory:";
    }

    @Override
    public void close() {}
}
