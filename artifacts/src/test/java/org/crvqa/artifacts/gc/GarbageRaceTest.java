package org.crvqa.artifacts.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.artifacts.gc.StoreSamples.train;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.PinnedArtifacts;
import org.crvqa.artifacts.RemovalProtocol;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collector and a reader of one artifact, in every order of their operations on the store. */
class GarbageRaceTest {
    private static final ArtifactKey KEY = ArtifactKey.of(train(1));
    private static final Needs NOTHING = new Needs(Set.of(), Set.of(), List.of());
    /** At least so many operations as each does. */
    private static final int COLLECTOR_STEPS = 40;

    private static final int READER_STEPS = 8;
    private static final Instant LATER = Instant.now().plus(Duration.ofHours(2));

    @TempDir
    private Path scratch;

    /** What a schedule led to. */
    private record End(Optional<Manifest> read, boolean whole, boolean manifest) {
        boolean good() {
            return read.isPresent() ? whole && manifest : !manifest;
        }
    }

    @Test
    void collect_readerAtAnyMoment_readerHasAllOrSeesNothing() throws InterruptedException {
        int kept = 0;
        int gone = 0;
        for (int split = 0; split <= COLLECTOR_STEPS; split++) {
            for (int burst = 1; burst <= READER_STEPS; burst++) {
                for (int third : new int[] {1, 2, 3, COLLECTOR_STEPS}) {
                    End end = race(new Alternation(false, split, burst, third), false);
                    assertThat(end)
                            .as("collector %d, reader %d, collector %d", split, burst, third)
                            .matches(End::good);
                    kept += end.read().isPresent() ? 1 : 0;
                    gone += end.read().isPresent() ? 0 : 1;
                }
            }
        }
        assertThat(kept).isPositive();
        assertThat(gone).isPositive();
    }

    @Test
    void collect_atAnyMomentOfAReader_readerHasAllOrSeesNothing() throws InterruptedException {
        for (int split = 0; split <= READER_STEPS; split++) {
            for (int burst = 1; burst <= COLLECTOR_STEPS; burst++) {
                for (int third : new int[] {1, 2, 3, READER_STEPS}) {
                    End end = race(new Alternation(true, split, burst, third), false);
                    assertThat(end)
                            .as("reader %d, collector %d, reader %d", split, burst, third)
                            .matches(End::good);
                }
            }
        }
    }

    @Test
    void collect_pinsNotListedAgain_tearsFilesFromUnderAReader() throws InterruptedException {
        List<End> bad = new ArrayList<>();
        for (int split = 0; split <= COLLECTOR_STEPS; split++) {
            End end = race(new Alternation(false, split, READER_STEPS), true);
            if (!end.good()) {
                bad.add(end);
            }
        }
        assertThat(bad).isNotEmpty();
    }

    @Test
    void collect_diesAtAnyMoment_nextRunLeavesAllOrNothing() {
        boolean died = true;
        for (int n = 0; died; n++) {
            InMemoryObjectStore store = store();
            StoreSamples.write(store, train(1));
            died = dies(store, n);
            try (PinnedArtifacts pinned = new ArtifactRepository(store, scratch).pinned("reader")) {
                Optional<Manifest> read = pinned.artifacts().find(KEY);
                collect(store);
                End end = end(store, read);
                assertThat(end).as("died before operation %d", n).matches(End::good);
            }
            collect(store);
            assertThat(store.list("artifacts/"))
                    .as("died before operation %d", n)
                    .isEmpty();
            assertThat(store.list("gc/tombstones/")).isEmpty();
        }
    }

    @Test
    void collect_replacedAtAnyMoment_whatTheNextLeaderTakesStays() {
        int taken = 0;
        int refused = 0;
        for (int claim = 0; claim <= COLLECTOR_STEPS; claim++) {
            for (int look = claim; look <= COLLECTOR_STEPS; look++) {
                Succession succession = new Succession(claim, look);
                succession.run(true);
                assertThat(succession)
                        .as("term claimed at operation %d, experiment submitted at %d", claim, look)
                        .matches(Succession::isGood);
                taken += succession.taken ? 1 : 0;
                refused += succession.taken ? 0 : 1;
            }
        }
        assertThat(taken).isPositive();
        assertThat(refused).isPositive();
    }

    @Test
    void collect_termNotLookedAt_tearsFilesFromTheNextLeadersExperiment() {
        List<Succession> bad = new ArrayList<>();
        for (int moment = 0; moment <= COLLECTOR_STEPS; moment++) {
            Succession succession = new Succession(moment, moment);
            succession.run(false);
            if (!succession.isGood()) {
                bad.add(succession);
            }
        }
        assertThat(bad).isNotEmpty();
    }

    /** A leader that is paused in a collection, and the next one, which takes an experiment that needs the artifact. */
    private static final class Succession {
        private final InMemoryObjectStore store = store();
        private final int claim;
        private final int look;
        private int operations;
        private boolean claimed;
        private boolean taken;

        Succession(int claim, int look) {
            this.claim = claim;
            this.look = look;
            StoreSamples.write(store, train(1));
        }

        void run(boolean fenced) {
            Gate gate = new Gate() {
                @Override
                public boolean isNeeded(ArtifactKey key) {
                    return false;
                }

                @Override
                public boolean leads() {
                    pause();
                    return !fenced || !claimed;
                }
            };
            try {
                collect(new InterleavedStore(store, this::pause), gate);
            } catch (CollectionAbandonedException e) {
                assertThat(claimed).isTrue();
            }
        }

        private void pause() {
            int operation = operations++;
            if (operation == claim) {
                claimed = true;
                new GarbageCollector(store, Path.of("unused")).finishDeletions();
            }
            if (operation == look) {
                taken = store.exists(ArtifactLayout.manifest(KEY))
                        || (new RemovalProtocol(store).rescue(KEY) && store.exists(ArtifactLayout.manifest(KEY)));
            }
        }

        @Override
        public String toString() {
            return "taken " + taken + ", now " + end(store, Optional.empty());
        }

        boolean isGood() {
            new GarbageCollector(store, Path.of("unused")).finishDeletions();
            End end = end(store, Optional.empty());
            return end.manifest() == end.whole() && (end.whole() || !taken);
        }
    }

    private static InMemoryObjectStore store() {
        return new InMemoryObjectStore() {
            @Override
            public Instant storeTime() {
                return LATER;
            }
        };
    }

    private static boolean dies(ObjectStore store, int n) {
        int[] left = {n};
        try {
            collect(new InterleavedStore(store, () -> {
                if (left[0]-- == 0) {
                    throw new StoreException("killed");
                }
            }));
            return false;
        } catch (StoreException e) {
            return true;
        }
    }

    private End race(Alternation turns, boolean blind) throws InterruptedException {
        InMemoryObjectStore store = store();
        StoreSamples.write(store, train(1));
        List<Optional<Manifest>> read = new ArrayList<>();
        Thread collector = new Thread(() -> {
            try (Alternation.Turn turn = turns.take(0)) {
                collect(new InterleavedStore(store, turn::step) {
                    @Override
                    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
                        boolean nothing = blind && prefix.startsWith("pins/");
                        super.visit(prefix, after, object -> !nothing && visitor.test(object));
                    }
                });
            }
        });
        Thread reader = new Thread(() -> {
            try (Alternation.Turn turn = turns.take(1)) {
                // Never closed: it holds what it read until the comparison.
                PinnedArtifacts pinned =
                        new ArtifactRepository(new InterleavedStore(store, turn::step), scratch).pinned("reader");
                read.add(pinned.artifacts().find(KEY));
            }
        });
        collector.start();
        reader.start();
        collector.join();
        reader.join();
        assertThat(read).hasSize(1);
        return end(store, read.get(0));
    }

    private static End end(ObjectStore store, Optional<Manifest> read) {
        return new End(
                read,
                store.exists(StoreSamples.file(KEY, StoreSamples.manifest(train(1)))),
                store.exists("artifacts/" + KEY + "/manifest.json"));
    }

    private static void collect(ObjectStore store) {
        collect(store, Gate.OPEN);
    }

    private static void collect(ObjectStore store, Gate gate) {
        new GarbageCollector(store, Path.of("unused"))
                .collect(NOTHING, new GarbageOptions(true, Duration.ofHours(1), Set.of()), gate, says -> {});
    }
}
