package org.crvqa.cli.doctor;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;

/** A store that does one thing wrong. */
class FlawedStore implements ObjectStore {
    enum Flaw {
        NONE,
        IGNORES_CREATE_IF_ABSENT,
        SHOWS_OLD_VERSIONS,
        LISTS_LATE,
        HIDES_NEW_OBJECTS,
        CLOCK_TEN_MINUTES_AHEAD,
        CLOCK_TEN_SECONDS_BEHIND,
        REFUSES_ALL,
        REFUSES_LISTS,
        STALE_UPLOAD,
        CHANGES_BYTES
    }

    private final ObjectStore sound;
    private final Flaw flaw;

    FlawedStore(ObjectStore sound, Flaw flaw) {
        this.sound = sound;
        this.flaw = flaw;
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        if (flaw == Flaw.IGNORES_CREATE_IF_ABSENT) {
            sound.put(name, content);
            return true;
        }
        return sound.createIfAbsent(name, content);
    }

    @Override
    public void put(String name, byte[] content) {
        if (flaw == Flaw.REFUSES_ALL) {
            throw new StoreException("Could not write " + name + ": access denied", null);
        }
        if (flaw != Flaw.SHOWS_OLD_VERSIONS || !sound.exists(name)) {
            sound.put(name, content);
        }
    }

    @Override
    public void upload(String name, Path source) {
        if (flaw == Flaw.CHANGES_BYTES) {
            sound.put(name, new byte[1]);
            return;
        }
        sound.upload(name, source);
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        return flaw == Flaw.HIDES_NEW_OBJECTS ? Optional.empty() : sound.read(name, mostBytes);
    }

    @Override
    public boolean download(String name, Path target) {
        return sound.download(name, target);
    }

    @Override
    public boolean exists(String name) {
        return sound.exists(name);
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        if (flaw == Flaw.REFUSES_LISTS) {
            throw new StoreException("Could not list " + prefix + ": access denied", null);
        }
        if (flaw != Flaw.LISTS_LATE) {
            sound.visit(prefix, after, visitor);
        }
    }

    @Override
    public void delete(String name) {
        sound.delete(name);
    }

    @Override
    public Optional<Path> localFile(String name) {
        return sound.localFile(name);
    }

    @Override
    public List<StoredObject> unfinishedUploads() {
        return flaw == Flaw.STALE_UPLOAD
                ? List.of(new StoredObject("x", 1, Instant.now().minus(Duration.ofDays(3))))
                : sound.unfinishedUploads();
    }

    @Override
    public void dropUpload(StoredObject upload) {
        sound.dropUpload(upload);
    }

    @Override
    public Instant storeTime() {
        Instant now = Instant.now();
        return switch (flaw) {
            case CLOCK_TEN_MINUTES_AHEAD -> now.plus(Duration.ofMinutes(10));
            case CLOCK_TEN_SECONDS_BEHIND -> now.minus(Duration.ofSeconds(10));
            default -> now;
        };
    }

    @Override
    public String location() {
        return sound.location();
    }

    @Override
    public void close() {
        sound.close();
    }
}
