package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ObjectStore} keeps. */
abstract class ObjectStoreContract {
    private static final int RACERS = 8;
    private static final int LARGE_BYTES = 24 << 20;
    private static final Duration CLOCK_RESOLUTION = Duration.ofSeconds(1);

    @TempDir
    protected Path folder;

    protected ObjectStore store;

    /** A store without objects. */
    protected abstract ObjectStore openEmpty() throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = openEmpty();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void put_newObject_isReadBack() {
        store.put("a/b/c.json", bytes("text"));

        assertThat(store.read("a/b/c.json")).hasValue(bytes("text"));
        assertThat(store.exists("a/b/c.json")).isTrue();
        assertThat(store.exists("a/b")).isFalse();
        assertThat(store.read("a/b")).isEmpty();
    }

    @Test
    void put_emptyContent_isAnObject() {
        store.put("empty", new byte[0]);

        assertThat(store.read("empty")).hasValue(new byte[0]);
        assertThat(store.exists("empty")).isTrue();
    }

    @Test
    void put_existingObject_replacesIt() {
        store.put("a/b", bytes("a longer first text"));
        store.put("a/b", bytes("second"));

        assertThat(store.read("a/b")).hasValue(bytes("second"));
    }

    @Test
    void read_absentObject_isEmpty() {
        assertThat(store.read("nothing/here")).isEmpty();
        assertThat(store.exists("nothing/here")).isFalse();
        assertThat(store.localFile("nothing/here")).isEmpty();
    }

    @Test
    void createIfAbsent_existingObject_keepsIt() {
        assertThat(store.createIfAbsent("claims/1", bytes("first"))).isTrue();
        assertThat(store.createIfAbsent("claims/1", bytes("second"))).isFalse();

        assertThat(store.read("claims/1")).hasValue(bytes("first"));
    }

    @Test
    void createIfAbsent_sameContentTwice_isOnlyTrueOnce() {
        assertThat(store.createIfAbsent("claims/1", bytes("same"))).isTrue();
        assertThat(store.createIfAbsent("claims/1", bytes("same"))).isFalse();
    }

    @Test
    void createIfAbsent_afterDelete_createsAgain() {
        store.put("claims/1", bytes("first"));
        store.delete("claims/1");

        assertThat(store.createIfAbsent("claims/1", bytes("second"))).isTrue();
        assertThat(store.read("claims/1")).hasValue(bytes("second"));
    }

    @Test
    void createIfAbsent_eightRacers_exactlyOneWinsAndItsBytesStay() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(RACERS);
        try {
            for (int round = 0; round < 5; round++) {
                String name = "race/" + round;
                List<Integer> winners = race(threads, name);

                assertThat(winners).hasSize(1);
                assertThat(store.read(name)).hasValue(bytes("racer " + winners.get(0)));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Integer> race(ExecutorService threads, String name) throws Exception {
        CyclicBarrier start = new CyclicBarrier(RACERS);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            byte[] content = bytes("racer " + i);
            results.add(threads.submit(() -> {
                start.await();
                return store.createIfAbsent(name, content);
            }));
        }
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            if (results.get(i).get()) {
                winners.add(i);
            }
        }
        return winners;
    }

    @Test
    void list_prefix_givesMatchingNamesSorted() {
        for (String name : List.of("names/models/b", "names/models/a", "names/models/a.b", "names/mod", "other/x")) {
            store.put(name, bytes(name));
        }

        assertThat(store.list("names/models/")).containsExactly("names/models/a", "names/models/a.b", "names/models/b");
        assertThat(store.list("names/mod"))
                .containsExactly("names/mod", "names/models/a", "names/models/a.b", "names/models/b");
        assertThat(store.list("absent/")).isEmpty();
        assertThat(store.list("")).hasSize(5);
    }

    @Test
    void visit_namesAroundTheSlash_areInTheOrderOfTheirBytes() {
        List<String> ordered = List.of("a b", "a!", "a-b", "a.b/c", "a/b", "a/b-c/d", "a/b.c", "a/c/d", "a0", "b");
        List<String> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(5));
        shuffled.forEach(name -> store.put(name, bytes(name)));

        assertThat(visited("", "", 100)).isEqualTo(ordered);
        assertThat(visited("a", "", 100)).isEqualTo(ordered.subList(0, 9));
        assertThat(visited("a/b", "", 100)).containsExactly("a/b", "a/b-c/d", "a/b.c");
        for (int i = 0; i < ordered.size(); i++) {
            assertThat(visited("", ordered.get(i), 100))
                    .as("behind %s", ordered.get(i))
                    .isEqualTo(ordered.subList(i + 1, ordered.size()));
            assertThat(visited("", "", i + 1)).isEqualTo(ordered.subList(0, i + 1));
        }
        assertThat(visited("", "a/b-", 100)).startsWith("a/b-c/d");
        assertThat(visited("a/", "b", 100)).isEmpty();
        assertThat(visited("a/", "a!", 100)).startsWith("a/b");
    }

    /** Names behind {@code after}, until there are {@code most}. */
    private List<String> visited(String prefix, String after, int most) {
        List<String> names = new ArrayList<>();
        store.visit(prefix, after, object -> {
            names.add(object.name());
            assertThat(object.sizeBytes()).isEqualTo(object.name().length());
            return names.size() < most;
        });
        return names;
    }

    @Test
    void deleteAll_presentAndAbsentObjects_leavesTheOthers() {
        List<String> names = List.of("a", "a b", "a&amp;<b>", "c/d", "c/d+%20");
        names.forEach(name -> store.put(name, bytes("x")));
        store.put("c/kept", bytes("x"));
        List<String> asked = new ArrayList<>(names);
        asked.add("c/absent");

        store.deleteAll(asked);
        store.deleteAll(List.of());

        assertThat(store.list("")).containsExactly("c/kept");
    }

    @Test
    void read_largerThanTheLimit_isRefusedAndNamed() {
        store.put("a/b", new byte[1000]);

        assertThat(store.read("a/b", 1000)).hasValue(new byte[1000]);
        assertThatThrownBy(() -> store.read("a/b", 999))
                .isInstanceOf(ObjectTooLargeException.class)
                .hasMessageContaining("a/b in " + store.location())
                .hasMessageContaining("1000 bytes")
                .hasMessageContaining("at most 999");
        assertThat(store.read("absent", 0)).isEmpty();
    }

    @Test
    void read_hugeObject_isRefusedWithoutALimitToo() throws IOException {
        Path source = folder.resolve("huge");
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            file.setLength(ObjectStore.READ_LIMIT_BYTES + 1);
        }
        store.upload("huge", source);

        assertThatThrownBy(() -> store.read("huge")).isInstanceOf(ObjectTooLargeException.class);
        // The connection that was given up spoils no other call.
        store.put("small", bytes("x"));
        assertThat(store.read("small")).hasValue(bytes("x"));
    }

    @Test
    void within_shortLimits_isTheSameStore() {
        ObjectStore quick = store.within(Duration.ofSeconds(20), Duration.ofSeconds(50));

        assertThat(quick.createIfAbsent("a", bytes("text"))).isTrue();
        assertThat(quick.createIfAbsent("a", bytes("text"))).isFalse();
        assertThat(store.read("a")).hasValue(bytes("text"));
        assertThat(quick.exists("b")).isFalse();
    }

    @Test
    void delete_absentAndPresentObject_leavesNothing() {
        store.put("a/b", bytes("text"));

        store.delete("a/b");
        store.delete("a/b");

        assertThat(store.exists("a/b")).isFalse();
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void upload_severalMegabytes_downloadsEqual() throws IOException {
        byte[] content = new byte[LARGE_BYTES + 17];
        new Random(1).nextBytes(content);
        Path source = Files.write(folder.resolve("source"), content);

        store.upload("big/file.bin", source);

        Path target = folder.resolve("target");
        assertThat(store.download("big/file.bin", target)).isTrue();
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        assertThat(store.list("")).containsExactly("big/file.bin");
    }

    @Test
    void upload_existingObject_replacesIt() throws IOException {
        store.upload("file", Files.writeString(folder.resolve("one"), "one"));
        store.upload("file", Files.writeString(folder.resolve("two"), "two"));

        assertThat(store.read("file")).hasValue(bytes("two"));
    }

    @Test
    void upload_absentSource_failsAndLeavesNoObject() {
        assertThatThrownBy(() -> store.upload("file", folder.resolve("absent")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("absent");

        assertThat(store.list("")).isEmpty();
    }

    @Test
    void download_absentObject_leavesNoFile() {
        Path target = folder.resolve("target");

        assertThat(store.download("nothing", target)).isFalse();
        assertThat(target).doesNotExist();
    }

    @Test
    void download_existingTarget_isRefusedAndKept() throws IOException {
        store.put("object", bytes("new"));
        Path target = Files.writeString(folder.resolve("target"), "old");

        assertThatThrownBy(() -> store.download("object", target)).isInstanceOf(StoreException.class);
        assertThat(target).hasContent("old");
    }

    /** Leaves behind what a writer of this object does that is killed. False when the store has no such thing. */
    protected abstract boolean leaveUnfinished(String name) throws Exception;

    @Test
    void unfinishedUploads_allWritesFinished_isEmpty() throws IOException {
        store.put("a", bytes("text"));
        store.createIfAbsent("b", bytes("text"));
        store.upload("c", Files.write(folder.resolve("source"), new byte[LARGE_BYTES]));

        assertThat(store.unfinishedUploads()).isEmpty();
    }

    @Test
    void dropUpload_ofAKilledWriter_removesItOnce() throws Exception {
        Instant before = store.storeTime();
        assumeTrue(leaveUnfinished("a/b"));

        List<StoredObject> left = store.unfinishedUploads();
        assertThat(left).hasSize(1);
        assertThat(left.get(0).modified())
                .isBetween(before.minus(CLOCK_RESOLUTION), store.storeTime().plus(CLOCK_RESOLUTION));
        assertThat(store.list("")).isEmpty();

        store.dropUpload(left.get(0));
        store.dropUpload(left.get(0));
        assertThat(store.unfinishedUploads()).isEmpty();
    }

    @Test
    void dropUpload_nameOfAnObject_isRefusedAndTheObjectKept() {
        store.put("a", bytes("text"));

        for (StoredObject object : List.of(store.entries("").get(0), new StoredObject(".tmp/../a", 0, Instant.EPOCH))) {
            assertThatThrownBy(() -> store.dropUpload(object)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(store.exists("a")).isTrue();
    }

    @Test
    void storeTime_aroundAWrite_isTheClockOfTheObjects() {
        Instant before = store.storeTime();
        store.put("a", bytes("text"));
        Instant after = store.storeTime();

        assertThat(store.entries("").get(0).modified())
                .isBetween(before.minus(CLOCK_RESOLUTION), after.plus(CLOCK_RESOLUTION));
        assertThat(store.list("")).containsExactly("a");
    }

    @Test
    void localFile_presentObject_holdsItsBytesWhereGiven() {
        store.put("a/b", bytes("text"));

        store.localFile("a/b").ifPresent(file -> assertThat(file).hasContent("text"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "..",
                "a/../b",
                "../a",
                "a//b",
                "a/",
                ".tmp/x",
                "a/.",
                "a\\b",
                "a\nb",
                "ä"
            })
    void anyOperation_illegalName_isRefused(String name) {
        assertThatThrownBy(() -> store.put(name, bytes("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.createIfAbsent(name, bytes("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.upload(name, folder)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.read(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.download(name, folder.resolve("t")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.exists(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.delete(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.localFile(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyOperation_tooLongName_isRefused() {
        assertThatThrownBy(() -> store.put("a".repeat(256), bytes("x"))).hasMessageContaining("256 characters");
        assertThatThrownBy(() -> store.put("a/".repeat(400) + "a", bytes("x"))).hasMessageContaining("801 characters");
    }

    @Test
    void list_prefixWithParentFolder_isRefused() {
        assertThatThrownBy(() -> store.list("../")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.list("/")).isInstanceOf(IllegalArgumentException.class);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
