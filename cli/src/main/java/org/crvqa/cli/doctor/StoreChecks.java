package org.crvqa.cli.doctor;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.CreateIfAbsentProbe;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;

/** What everything else relies on in a store. Objects written for it are removed again. */
public final class StoreChecks {
    private static final String AREA = "store";
    private static final int OBJECTS = 10;
    // As long as the longest upload of a state may take; younger ones are probably under way.
    private static final Duration STALE = Duration.ofDays(1);

    private final ObjectStore store;
    private final InstantSource clock;

    /** The store stays the caller's to close. */
    public StoreChecks(ObjectStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** All of them; only the first where the store does not answer. */
    public List<Check> run() {
        try (ProbeObjects probes = new ProbeObjects(store)) {
            Check reachable = guarded("reachable", () -> reachable(probes));
            if (reachable.status() == Check.Status.FAILED) {
                return List.of(reachable);
            }
            return List.of(
                    reachable,
                    guarded("create if absent", () -> createIfAbsent(probes)),
                    guarded("read after write", () -> readAfterWrite(probes)),
                    guarded("list after write", () -> listAfterWrite(probes)),
                    guarded("overwrite", () -> overwrite(probes)),
                    guarded("clock", this::clock),
                    guarded("unfinished uploads", this::uploads));
        }
    }

    static Check guarded(String name, Supplier<Check> check) {
        try {
            return check.get();
        } catch (StoreException e) {
            return Check.failed(
                    AREA,
                    name,
                    e.problem(),
                    !e.advice().isEmpty()
                            ? e.advice()
                            : "Check the location (--store or CRVQA_STORE), CRVQA_S3_ENDPOINT, the credentials, and that they"
                                    + " allow to read, write, list and delete.");
        }
    }

    private Check reachable(ProbeObjects probes) {
        long started = System.nanoTime();
        String name = probes.name("reachable");
        store.put(name, bytes("x"));
        store.exists(name);
        long millis = Duration.ofNanos(System.nanoTime() - started).toMillis();
        return Check.ok(AREA, "reachable", store.location() + ", " + millis / 2 + " ms per call");
    }

    private Check createIfAbsent(ProbeObjects probes) {
        try {
            CreateIfAbsentProbe.run(store, probes.name("create"));
            return Check.ok(AREA, "create if absent", "one of several racing creations wins, later ones lose");
        } catch (InvalidInputException e) {
            return Check.failed(AREA, "create if absent", String.valueOf(e.getMessage()), e.advice());
        }
    }

    private Check readAfterWrite(ProbeObjects probes) {
        int missing = 0;
        for (int i = 0; i < OBJECTS; i++) {
            String name = probes.name("read");
            store.put(name, bytes(name));
            missing += holds(name, name) ? 0 : 1;
        }
        return consistent("read after write", missing, "of " + OBJECTS + " new objects could not be read at once");
    }

    private Check overwrite(ProbeObjects probes) {
        String name = probes.name("overwrite");
        int stale = 0;
        for (int i = 0; i < OBJECTS; i++) {
            store.put(name, bytes("version " + i));
            stale += holds(name, "version " + i) ? 0 : 1;
        }
        return consistent("overwrite", stale, "of " + OBJECTS + " overwrites were not seen at once");
    }

    private Check listAfterWrite(ProbeObjects probes) {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            String name = probes.name("list");
            store.put(name, bytes(name));
            written.add(name);
        }
        Set<String> listed = new HashSet<>(store.list(probes.prefix()));
        long missing = written.stream().filter(name -> !listed.contains(name)).count();
        String deleted = written.get(0);
        store.delete(deleted);
        missing += store.list(probes.prefix()).contains(deleted) ? 1 : 0;
        return consistent("list after write", missing, "of " + OBJECTS + " changes were not listed at once");
    }

    private static Check consistent(String name, long wrong, String what) {
        return wrong == 0
                ? Check.ok(AREA, name, "seen at once")
                : Check.failed(
                        AREA,
                        name,
                        wrong + " " + what,
                        "Use a store that is strongly consistent, as AWS S3 is; no cache or CDN in front of it.");
    }

    private Check clock() {
        Instant asked = clock.instant();
        Instant theirs = store.storeTime();
        ClockSkew skew = ClockSkew.of(asked, theirs, clock.instant());
        String found = "the store's clock is " + skew.words();
        return new Check(
                AREA,
                "clock",
                skew.status(),
                found,
                skew.status() == Check.Status.OK
                        ? ""
                        : "Let NTP set the clocks of this machine and of the store; S3 refuses requests that are 15"
                                + " minutes off.");
    }

    private Check uploads() {
        List<StoredObject> unfinished = store.unfinishedUploads();
        Instant old = store.storeTime().minus(STALE);
        long stale = unfinished.stream()
                .filter(upload -> upload.modified().isBefore(old))
                .count();
        String found = unfinished.size() + " unfinished, " + stale + " of them older than a day";
        return stale == 0
                ? Check.ok(AREA, "unfinished uploads", found)
                : Check.warning(
                        AREA,
                        "unfinished uploads",
                        found,
                        "They take up space that no list shows. Remove them with 'crvqa gc --apply', or let the bucket"
                                + " abort incomplete multipart uploads after some days.");
    }

    private boolean holds(String name, String content) {
        Optional<byte[]> read = store.read(name);
        return read.isPresent() && Arrays.equals(read.get(), bytes(content));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
