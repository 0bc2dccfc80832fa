package org.crvqa.artifacts.gc;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.KeySet;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;

/** What lies below {@code artifacts/} by key, numbered in the order of the keys; at most 110 bytes a key, 75 mostly. */
final class ArtifactTable {
    private final KeySet keys = new KeySet();
    /** Those that have a manifest: the artifacts. */
    private final BitSet exists = new BitSet();
    /** Artifacts whose manifest was written within the grace. */
    private final BitSet youngArtifacts = new BitSet();
    /** Keys with any object that was written within the grace. */
    private final BitSet young = new BitSet();

    private int[] objects = new int[1024];
    private long[] bytes = new long[1024];

    private ArtifactTable() {}

    /** Lists the store. @param seen is told how many objects were looked at so far, now and then */
    static ArtifactTable of(ObjectStore store, Predicate<StoredObject> isOld, LongConsumer seen) {
        ArtifactTable table = new ArtifactTable();
        KeyFolders.visit(store, "artifacts/", seen, (key, object) -> table.add(key, object, isOld.test(object)));
        return table;
    }

    private void add(ArtifactKey key, StoredObject object, boolean isOld) {
        int number = keys.add(key);
        if (number == objects.length) {
            objects = Arrays.copyOf(objects, number + number / 2);
            bytes = Arrays.copyOf(bytes, number + number / 2);
        }
        objects[number]++;
        bytes[number] += object.sizeBytes();
        boolean manifest = object.name().equals(ArtifactLayout.manifest(key));
        if (manifest) {
            exists.set(number);
        }
        if (!isOld) {
            young.set(number);
            youngArtifacts.set(number, youngArtifacts.get(number) || manifest);
        }
    }

    int size() {
        return keys.size();
    }

    int artifacts() {
        return exists.cardinality();
    }

    ArtifactKey key(int number) {
        return keys.key(number);
    }

    /** Negative: nothing lies there. */
    int number(ArtifactKey key) {
        return keys.number(key);
    }

    /** Whether there is an artifact, and not only files. */
    boolean exists(int number) {
        return exists.get(number);
    }

    boolean exists(ArtifactKey key) {
        int number = number(key);
        return number >= 0 && exists(number);
    }

    /** Whether its manifest was written within the grace. */
    boolean isYoungArtifact(int number) {
        return youngArtifacts.get(number);
    }

    /** Whether anything of it was written within the grace. */
    boolean isYoung(int number) {
        return young.get(number);
    }

    int objects(int number) {
        return objects[number];
    }

    long bytes(int number) {
        return bytes[number];
    }
}
