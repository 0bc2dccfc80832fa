package org.crvqa.artifacts.gc;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.Manifests;
import org.crvqa.artifacts.store.ObjectStore;

/** What can be reached from roots along the inputs of manifests. One bit for each key of the table. */
final class Reach {
    /** So many manifests are in memory at most. */
    private static final int MANIFESTS_AT_ONCE = 256;

    private final ObjectStore store;
    private final ArtifactTable table;
    private final Lanes lanes;
    private final BitSet reached;
    private final List<String> unreadable = new ArrayList<>();

    /** What a manifest says that it was made of; or why nobody knows. */
    private record Inputs(List<ArtifactKey> keys, String problem) {}

    private Reach(ObjectStore store, ArtifactTable table, Lanes lanes, BitSet roots) {
        this.store = store;
        this.table = table;
        this.lanes = lanes;
        this.reached = (BitSet) roots.clone();
    }

    /** @param seen is told how many manifests were read so far */
    static Reach from(BitSet roots, ObjectStore store, ArtifactTable table, Lanes lanes, LongConsumer seen) {
        Reach reach = new Reach(store, table, lanes, roots);
        BitSet open = (BitSet) roots.clone();
        for (long count = 0; !open.isEmpty(); ) {
            List<Integer> next = reach.take(open);
            reach.follow(next, open);
            count += next.size();
            seen.accept(count);
        }
        return reach;
    }

    boolean contains(int number) {
        return reached.get(number);
    }

    /** Manifests whose inputs are not known, for people; then what is unreachable is not known either. */
    List<String> unreadable() {
        return unreadable;
    }

    private List<Integer> take(BitSet open) {
        List<Integer> some = open.stream().limit(MANIFESTS_AT_ONCE).boxed().toList();
        some.forEach(open::clear);
        return some.stream().filter(table::exists).toList();
    }

    private void follow(List<Integer> numbers, BitSet open) {
        for (Inputs inputs : lanes.all(numbers, this::inputs)) {
            if (!inputs.problem().isEmpty()) {
                unreadable.add(inputs.problem());
            }
            for (ArtifactKey key : inputs.keys()) {
                int number = table.number(key);
                if (number >= 0 && !reached.get(number)) {
                    reached.set(number);
                    open.set(number);
                }
            }
        }
    }

    private Inputs inputs(int number) {
        ArtifactKey key = table.key(number);
        try {
            return store.read(ArtifactLayout.manifest(key), Manifests.MOST_BYTES)
                    .map(stored -> Manifests.decode(key, stored).getInputKeysList().stream()
                            .map(ArtifactKey::new)
                            .toList())
                    .map(keys -> new Inputs(keys, ""))
                    .orElse(new Inputs(List.of(), ""));
        } catch (ArtifactCorruptException e) {
            return new Inputs(
                    List.of(),
                    "Artifacts that no experiment needs stay, because nobody knows what one was made of: "
                            + e.getMessage());
        }
    }
}
