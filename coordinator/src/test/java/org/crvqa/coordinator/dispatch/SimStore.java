package org.crvqa.coordinator.dispatch;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;

/**
 * The object store of a simulation. While faults are on it is away for a while, refuses single calls, answers late, or
 * does what it was asked and drops the answer; callers see all of it as they would from a real one.
 */
class SimStore {
    static final String ID = "the-store";

    private static final int REFUSED_ONE_IN = 60;
    private static final int APPLIED_ONE_IN = 40;
    private static final int SLOW_ONE_IN = 25;

    private final SimTime time;
    private final Map<String, byte[]> objects = new TreeMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private boolean faulty;
    private long awayUntil;
    private long slowUntil;

    /** Calls without an answer, by caller. */
    private final Map<SimProcess, Integer> unanswered = new HashMap<>();

    /** Hears of every object that is written. */
    interface Listener {
        /** {@code before}: what was there, if anything. */
        void written(String name, Optional<byte[]> before, byte[] content);
    }

    SimStore(SimTime time) {
        this.time = time;
    }

    void listen(Listener listener) {
        listeners.add(listener);
    }

    void faulty(boolean on) {
        faulty = on;
        awayUntil = on ? awayUntil : 0;
        slowUntil = on ? slowUntil : 0;
    }

    /** Answers every call late for so many milliseconds. */
    void slow(long millis) {
        slowUntil = Math.max(slowUntil, time.now() + millis);
    }

    /** Answers 503 for so many milliseconds. */
    void away(long millis) {
        awayUntil = Math.max(awayUntil, time.now() + millis);
    }

    /** How many results there are. */
    int manifests() {
        return (int) names("artifacts/").count();
    }

    /** What is really there, whatever the store would answer. */
    Optional<byte[]> truth(String name) {
        return Optional.ofNullable(objects.get(name));
    }

    /** Changes one byte of a random saved state, as a bad disk does. */
    void flipState() {
        List<String> names =
                names("tasks/").filter(name -> name.contains("/states/")).toList();
        if (!names.isEmpty()) {
            byte[] content = objects.get(time.oneOf(names));
            content[time.random.nextInt(content.length)] ^= 1;
        }
    }

    /** Calls of a process that got no answer. */
    int unanswered(SimProcess caller) {
        return unanswered.getOrDefault(caller, 0);
    }

    /** The store as one process sees it. */
    ObjectStore of(SimProcess process) {
        return new View(process);
    }

    /** The one primitive that everything rests on; tests break it on purpose. */
    boolean createIfAbsent(String name, byte[] content) {
        if (objects.containsKey(name)) {
            return false;
        }
        write(name, content);
        return true;
    }

    /** Whether a caller who looks for an object finds it; tests break it on purpose. */
    boolean seen(String name) {
        return objects.containsKey(name);
    }

    final void write(String name, byte[] content) {
        Optional<byte[]> before = truth(name);
        objects.put(name, content.clone());
        listeners.forEach(listener -> listener.written(name, before, content));
    }

    private Stream<String> names(String prefix) {
        return objects.keySet().stream().filter(name -> name.startsWith(prefix));
    }

    private final class View implements ObjectStore {
        private final SimProcess process;

        View(SimProcess process) {
            this.process = process;
        }

        private <T> T call(String what, String name, boolean writes, Supplier<T> effect) {
            time.interleave();
            time.standStill(() -> process.alive() && process.paused());
            process.check();
            if (time.now() < awayUntil || faulty && time.oneIn(REFUSED_ONE_IN)) {
                unanswered.merge(process, 1, Integer::sum);
                throw new StoreException("503 for " + what + " of " + name);
            }
            T answer = effect.get();
            if (faulty && writes && time.oneIn(APPLIED_ONE_IN)) {
                unanswered.merge(process, 1, Integer::sum);
                throw new StoreException("no answer to " + what + " of " + name);
            }
            if (faulty && (time.now() < slowUntil || time.oneIn(SLOW_ONE_IN))) {
                long until = time.now() + time.between(100, time.oneIn(8) ? 20_000 : 2_000);
                time.standStill(() -> process.alive() && time.now() < until);
                process.check();
            }
            return answer;
        }

        @Override
        public boolean createIfAbsent(String name, byte[] content) {
            return call("create", name, true, () -> SimStore.this.createIfAbsent(name, content));
        }

        @Override
        public void put(String name, byte[] content) {
            call("put", name, true, () -> {
                write(name, content);
                return true;
            });
        }

        @Override
        public void upload(String name, Path source) {
            throw new UnsupportedOperationException("No files here: " + name);
        }

        @Override
        public Optional<byte[]> read(String name, long mostBytes) {
            return call("read", name, false, () -> truth(name).map(byte[]::clone));
        }

        @Override
        public boolean download(String name, Path target) {
            throw new UnsupportedOperationException("No files here: " + name);
        }

        @Override
        public boolean exists(String name) {
            return call("look", name, false, () -> seen(name));
        }

        @Override
        public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
            List<StoredObject> found = call(
                    "list",
                    prefix,
                    false,
                    () -> names(prefix)
                            .filter(name -> name.compareTo(after) > 0)
                            .map(name -> new StoredObject(
                                    name,
                                    objects.get(name).length,
                                    time.clock(Duration.ZERO).instant()))
                            .toList());
            found.stream().takeWhile(visitor).forEach(object -> {});
        }

        @Override
        public void delete(String name) {
            call("delete", name, true, () -> Optional.ofNullable(objects.remove(name)));
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
        public void dropUpload(StoredObject upload) {
            throw new UnsupportedOperationException("No uploads here: " + upload);
        }

        @Override
        public Instant storeTime() {
            return time.clock(Duration.ZERO).instant();
        }

        @Override
        public String location() {
            return "simulated:";
        }

        @Override
        public void close() {}
    }
}
