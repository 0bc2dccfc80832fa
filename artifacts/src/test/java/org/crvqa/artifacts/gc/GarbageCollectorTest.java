package org.crvqa.artifacts.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crvqa.artifacts.gc.StoreSamples.bytes;
import static org.crvqa.artifacts.gc.StoreSamples.dataset;
import static org.crvqa.artifacts.gc.StoreSamples.train;
import static org.crvqa.artifacts.gc.StoreSamples.write;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.Pins;
import org.crvqa.artifacts.RemovalProtocol;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.GarbageItem;
import org.crvqa.coordinator.v1.GarbageKind;
import org.crvqa.coordinator.v1.GarbageSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GarbageCollectorTest {
    private static final Needs NOTHING = new Needs(Set.of(), Set.of(), List.of());
    private static final Duration GRACE = Duration.ofHours(1);

    private final List<StoredObject> uploads = new ArrayList<>();
    private final List<String> progressed = new ArrayList<>();
    private final ObjectStore store = new InMemoryObjectStore() {
        @Override
        public Instant storeTime() {
            return now;
        }

        @Override
        public List<StoredObject> unfinishedUploads() {
            return List.copyOf(uploads);
        }

        @Override
        public Instant latestProgress(StoredObject upload) {
            return progressed.contains(upload.name()) ? now : upload.modified();
        }

        @Override
        public void dropUpload(StoredObject upload) {
            uploads.remove(upload);
        }
    };
    private final List<GarbageItem> items = new ArrayList<>();
    private Instant now = Instant.now().plus(Duration.ofHours(2));

    @TempDir
    private Path scratch;

    @Test
    void collect_dryRun_saysEverythingAndRemovesNothing() {
        ArtifactKey key = write(store, train(1));
        List<String> before = store.list("");

        GarbageSummary summary = collect(NOTHING, false);

        assertThat(items).singleElement().satisfies(item -> {
            assertThat(item.getKind()).isEqualTo(GarbageKind.GARBAGE_KIND_UNNAMED_ARTIFACT);
            assertThat(item.getName()).isEqualTo("artifacts/" + key + "/");
            assertThat(item.getObjects()).isEqualTo(2);
            assertThat(item.getRemoved()).isFalse();
        });
        assertThat(summary.getItems()).isEqualTo(1);
        assertThat(summary.getSizeBytes()).isPositive();
        assertThat(summary.getArtifactsKept()).isZero();
        assertThat(store.list("")).isEqualTo(before);
    }

    @Test
    void collect_artifacts_keepsWhatExperimentsNamesPinsAndYoungOnesReach() {
        ArtifactKey data = write(store, dataset(1));
        ArtifactKey needed = write(store, train(1), data);
        ArtifactKey named = write(store, dataset(2));
        new Names(store).assign(Names.Kind.DATASET, "vqa", named, false);
        ArtifactKey pinned = write(store, train(2));
        new Pins(store).pin(List.of(pinned), "reader").renew();
        ArtifactKey unneeded = write(store, train(3), data);

        GarbageSummary summary = collect(new Needs(Set.of(needed), Set.of(), List.of()), true);

        assertThat(List.of(data, needed, named, pinned)).allMatch(this::exists);
        assertThat(store.list("artifacts/" + unneeded)).isEmpty();
        assertThat(store.list("gc/")).isEmpty();
        assertThat(summary.getArtifactsKept()).isEqualTo(4);
        assertThat(items).singleElement().matches(GarbageItem::getRemoved);
    }

    @Test
    void collect_withinGrace_keepsArtifactsAndOrphans() {
        write(store, train(1));
        store.put("artifacts/" + ArtifactKey.of(train(2)) + "/x/data.bin", bytes("x"));
        now = Instant.now().plus(Duration.ofMinutes(30));

        collect(NOTHING, true);

        assertThat(items).isEmpty();
    }

    @Test
    void collect_statesOfFinishedTask_go_attemptsStay() {
        ArtifactKey done = write(store, train(1));
        task(done);
        ArtifactKey running = ArtifactKey.of(train(2));
        task(running);

        collect(new Needs(Set.of(done, running), Set.of(running), List.of()), true);

        assertThat(store.list("tasks/" + done)).containsExactly("tasks/" + done + "/attempts/1.json");
        assertThat(store.list("tasks/" + running)).hasSize(3);
        assertThat(kinds()).containsExactly(GarbageKind.GARBAGE_KIND_FINISHED_STATE);
    }

    @Test
    void collect_unknownTask_goesWithItsArtifact() {
        ArtifactKey made = write(store, train(1));
        task(made);
        ArtifactKey never = ArtifactKey.of(train(2));
        task(never);
        ArtifactKey pinned = ArtifactKey.of(train(3));
        task(pinned);
        new Pins(store).pin(List.of(pinned), "verify-resume").renew();

        collect(NOTHING, true);

        assertThat(store.list("tasks/")).hasSize(3).allMatch(name -> name.contains(pinned.hex()));
        assertThat(kinds())
                .containsOnly(GarbageKind.GARBAGE_KIND_UNNAMED_ARTIFACT, GarbageKind.GARBAGE_KIND_UNKNOWN_TASK);
    }

    @Test
    void collect_orphans_goUnlessTheTaskRunsOrAWriterPinsThem() {
        ArtifactKey orphan = orphan(1);
        ArtifactKey running = orphan(2);
        ArtifactKey written = orphan(3);
        new Pins(store).pin(List.of(written), "writer").renew();

        collect(new Needs(Set.of(), Set.of(running), List.of()), true);

        assertThat(store.list("artifacts/" + orphan)).isEmpty();
        assertThat(store.list("artifacts/" + running)).hasSize(1);
        assertThat(store.list("artifacts/" + written)).hasSize(1);
        assertThat(store.list("gc/")).isEmpty();
    }

    @Test
    void collect_stalePinsAndProbes_go() {
        new Pins(store).pin(List.of(ArtifactKey.of(train(1))), "dead").renew();
        store.put("probes/1", bytes("x"));
        now = Instant.now().plus(Duration.ofHours(25));

        collect(NOTHING, true);

        assertThat(store.list("")).isEmpty();
        assertThat(kinds()).containsExactly(GarbageKind.GARBAGE_KIND_STALE_PIN, GarbageKind.GARBAGE_KIND_STALE_UPLOAD);
    }

    @Test
    void collect_unfinishedUploads_goWhenOlderThanTheGrace() {
        StoredObject old = new StoredObject("upload 1", 5, now.minus(Duration.ofHours(2)));
        StoredObject young = new StoredObject("upload 2", 5, now.minus(Duration.ofMinutes(2)));
        uploads.addAll(List.of(old, young));

        collect(NOTHING, true);

        assertThat(uploads).containsExactly(young);
    }

    @Test
    void collect_uploadsThatMayLive_stayWhateverTheGrace() {
        ArtifactKey running = ArtifactKey.of(train(1));
        ArtifactKey pinned = ArtifactKey.of(train(2));
        ArtifactKey slow = ArtifactKey.of(train(3));
        ArtifactKey dead = ArtifactKey.of(train(4));
        new Pins(store).pin(List.of(pinned), "importer").renew();
        uploads.add(upload("artifacts/" + running + "/x/data.bin#1"));
        uploads.add(upload("tasks/" + running + "/state/000000000010-1/x/weights#2"));
        uploads.add(upload("artifacts/" + pinned + "/x/features#3"));
        uploads.add(upload("artifacts/" + slow + "/x/features#4"));
        uploads.add(upload("artifacts/" + dead + "/x/features#5"));
        progressed.add("artifacts/" + slow + "/x/features#4");

        collect(new Needs(Set.of(running), Set.of(running), List.of()), true);

        assertThat(uploads).hasSize(4).noneMatch(upload -> upload.name().contains(dead.hex()));
    }

    @Test
    void collect_unreadableName_keepsImportsWithoutANameAndNothingElse() {
        ArtifactKey data = write(store, dataset(1));
        ArtifactKey trained = write(store, train(1));
        ArtifactKey done = write(store, train(2));
        task(done);
        ArtifactKey orphan = orphan(3);
        store.put("names/datasets/garbage", bytes("garbage"));
        store.put("names/models/huge", new byte[1 << 20]);

        GarbageSummary summary = collect(new Needs(Set.of(done), Set.of(), List.of()), true);

        assertThat(exists(data)).isTrue();
        assertThat(exists(trained)).isFalse();
        assertThat(store.list("artifacts/" + orphan)).isEmpty();
        assertThat(store.list("tasks/" + done)).hasSize(1);
        assertThat(summary.getNotesList())
                .hasSize(2)
                .anySatisfy(note -> assertThat(note).contains("names/datasets/garbage"))
                .anySatisfy(note -> assertThat(note).contains("names/models/huge"));
    }

    @Test
    void collect_nameUnreadableOnlyAfterTheSearch_keepsImports() {
        ArtifactKey data = write(store, dataset(1));
        Gate spoiling = gate(candidate -> false, () -> {
            store.put("names/datasets/garbage", bytes("garbage"));
            return true;
        });
        collector().collect(NOTHING, new GarbageOptions(true, GRACE, Set.of()), spoiling, this::note);
        assertThat(exists(data)).isTrue();
        assertThat(store.list("gc/")).isEmpty();
    }

    @Test
    void collect_unreadablePinAndTombstone_keepWhatTheyMayProtectAndTheRestGoesOn() {
        ArtifactKey unneeded = write(store, train(1));
        ArtifactKey done = write(store, train(2));
        task(done);
        store.put("pins/held/huge", new byte[1 << 20]);
        store.put("gc/tombstones/" + ArtifactKey.of(train(3)) + ".json", new byte[8 << 20]);

        GarbageSummary summary = collect(new Needs(Set.of(done), Set.of(), List.of()), true);

        assertThat(exists(unneeded)).isTrue();
        assertThat(store.list("tasks/" + done)).hasSize(1);
        assertThat(summary.getNotesList())
                .hasSize(2)
                .anySatisfy(note -> assertThat(note).contains("pins/held/huge"))
                .anySatisfy(note -> assertThat(note).contains("gc/tombstones/"));
    }

    @Test
    void collect_neededManifestHuge_keepsAllArtifactsAndStatesGo() {
        ArtifactKey needed = write(store, train(1));
        store.put(ArtifactLayout.manifest(needed), new byte[8 << 20]);
        task(needed);
        ArtifactKey unneeded = write(store, train(2));

        GarbageSummary summary = collect(new Needs(Set.of(needed), Set.of(), List.of()), true);

        assertThat(exists(unneeded)).isTrue();
        assertThat(kinds()).containsExactly(GarbageKind.GARBAGE_KIND_FINISHED_STATE);
        assertThat(summary.getNotesList()).singleElement().asString().contains(ArtifactLayout.manifest(needed));
    }

    @Test
    void collect_unneededManifestHuge_staysAloneAndIsNamed() {
        ArtifactKey huge = write(store, train(1));
        store.put(ArtifactLayout.manifest(huge), new byte[8 << 20]);
        ArtifactKey unneeded = write(store, train(2));

        GarbageSummary summary = collect(NOTHING, true);

        assertThat(exists(unneeded)).isFalse();
        assertThat(store.list("artifacts/" + huge)).hasSize(2);
        assertThat(store.list("gc/")).isEmpty();
        assertThat(summary.getNotesList()).singleElement().asString().contains(huge.hex());
    }

    @Test
    void collect_listenerLeaves_endsBetweenRemovals() {
        for (int seed = 0; seed < 600; seed++) {
            write(store, train(seed));
        }
        assertThatThrownBy(() -> collector()
                        .collect(NOTHING, new GarbageOptions(true, GRACE, Set.of()), Gate.OPEN, says -> {
                            note(says);
                            if (!items.isEmpty()) {
                                throw new IllegalStateException("gone");
                            }
                        }))
                .hasMessage("gone");
        assertThat(store.list("artifacts/")).hasSize(2 * (600 - 256));
        assertThat(store.list("gc/")).isEmpty();
    }

    @Test
    void collect_needsUnknown_keepsArtifactsAndTasksAndSaysSo() {
        ArtifactKey made = write(store, train(1));
        task(made);
        task(ArtifactKey.of(train(2)));

        GarbageSummary summary = collect(new Needs(Set.of(), Set.of(), List.of("experiment e has no model")), true);

        assertThat(kinds()).containsExactly(GarbageKind.GARBAGE_KIND_FINISHED_STATE);
        assertThat(exists(made)).isTrue();
        assertThat(summary.getNotesList()).containsExactly("experiment e has no model");
    }

    @Test
    void collect_neededManifestUnreadable_keepsAllArtifacts() {
        ArtifactKey needed = write(store, train(1));
        store.put(ArtifactLayout.manifest(needed), bytes("{"));
        write(store, train(2));

        GarbageSummary summary = collect(new Needs(Set.of(needed), Set.of(), List.of()), true);

        assertThat(items).isEmpty();
        assertThat(summary.getNotesList()).singleElement().asString().contains(needed.hex(), "does not parse");
    }

    @Test
    void collect_gateRefuses_keepsWhatASubmissionBeganToNeed() {
        ArtifactKey key = write(store, train(1));
        Gate shut = gate(candidate -> true);
        collector().collect(NOTHING, new GarbageOptions(true, GRACE, Set.of()), shut, this::note);
        assertThat(exists(key)).isTrue();
        assertThat(items).singleElement().matches(item -> !item.getRemoved());
    }

    @Test
    void collect_nameGivenAfterTheSearch_keepsTheArtifact() {
        ArtifactKey key = write(store, dataset(1));
        Gate naming = gate(candidate -> false, () -> {
            if (!new Names(store).list(Names.Kind.DATASET).containsKey("late")) {
                new Names(store).assign(Names.Kind.DATASET, "late", key, false);
            }
            return true;
        });
        collector().collect(NOTHING, new GarbageOptions(true, GRACE, Set.of()), naming, this::note);
        assertThat(exists(key)).isTrue();
        assertThat(store.list("gc/")).isEmpty();
    }

    @Test
    void collect_discard_removesOnlyCorruptResultsOfTasks() {
        ArtifactKey key = write(store, train(1));
        Needs needs = new Needs(Set.of(key), Set.of(), List.of());
        assertThatThrownBy(() -> discard(needs, key))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not corrupt");

        store.put(StoreSamples.file(key, StoreSamples.manifest(train(1))), bytes("flipped"));
        discard(needs, key);

        assertThat(kinds()).containsExactly(GarbageKind.GARBAGE_KIND_DISCARDED);
        assertThat(store.list("artifacts/")).isEmpty();
    }

    @Test
    void collect_discardOfDataset_isRefused() {
        ArtifactKey key = write(store, dataset(1));
        store.put(StoreSamples.file(key, StoreSamples.manifest(dataset(1))), bytes("flipped"));
        assertThatThrownBy(() -> discard(NOTHING, key)).hasMessageContaining("is an import");
        assertThat(exists(key)).isTrue();
    }

    @Test
    void options_shortGrace_isRefused() {
        assertThatThrownBy(() -> new GarbageOptions(true, Duration.ofSeconds(59), Set.of()))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void finishDeletions_undecided_comesBack_decided_isCompleted() {
        ArtifactKey undecided = write(store, train(1));
        ArtifactKey decided = write(store, train(2));
        RemovalProtocol protocol = new RemovalProtocol(store);
        assertThat(protocol.begin(undecided)).isPresent();
        assertThat(protocol.begin(decided)).isPresent();
        protocol.hide(List.of(undecided, decided));
        assertThat(protocol.condemn(decided)).isTrue();

        collector().finishDeletions();

        assertThat(exists(undecided)).isTrue();
        assertThat(store.list("artifacts/" + decided)).isEmpty();
        assertThat(store.list("gc/")).isEmpty();
    }

    @Test
    void commit_whileFilesAreBeingDeleted_isRefusedUntilThatIsOver() {
        ArtifactKey key = write(store, train(1));
        RemovalProtocol protocol = new RemovalProtocol(store);
        assertThat(protocol.begin(key)).isPresent();
        protocol.hide(List.of(key));
        assertThat(protocol.condemn(key)).isTrue();
        ArtifactRepository repository = new ArtifactRepository(store, scratch);

        try (ArtifactDraft draft = repository.draft(train(1))) {
            assertThatThrownBy(() -> draft.commit(Manifest.getDefaultInstance()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is being removed");
            collector().finishDeletions();
            draft.commit(Manifest.getDefaultInstance());
        }

        assertThat(exists(key)).isTrue();
        assertThat(store.list("pins/")).isEmpty();
    }

    private StoredObject upload(String name) {
        return new StoredObject(name, 0, now.minus(Duration.ofDays(2)));
    }

    private static Gate gate(Predicate<ArtifactKey> needed) {
        return gate(needed, () -> true);
    }

    private static Gate gate(Predicate<ArtifactKey> needed, BooleanSupplier leads) {
        return new Gate() {
            @Override
            public boolean isNeeded(ArtifactKey key) {
                return needed.test(key);
            }

            @Override
            public boolean leads() {
                return leads.getAsBoolean();
            }
        };
    }

    private ArtifactKey orphan(long seed) {
        ArtifactKey key = ArtifactKey.of(train(seed));
        StoreSamples.writeFile(store, key, StoreSamples.manifest(train(seed)));
        return key;
    }

    private void task(ArtifactKey key) {
        store.put("tasks/" + key + "/attempts/1.json", bytes("{}"));
        store.put("tasks/" + key + "/state/000000000010-1/state.json", bytes("{}"));
        store.put("tasks/" + key + "/state/000000000010-1/abc/weights", bytes("w"));
    }

    private boolean exists(ArtifactKey key) {
        return new ArtifactRepository(store, scratch).find(key).isPresent();
    }

    private List<GarbageKind> kinds() {
        return items.stream().map(GarbageItem::getKind).toList();
    }

    private GarbageSummary collect(Needs needs, boolean apply) {
        return collector().collect(needs, new GarbageOptions(apply, GRACE, Set.of()), Gate.OPEN, this::note);
    }

    private void discard(Needs needs, ArtifactKey key) {
        collector().collect(needs, new GarbageOptions(true, GRACE, Set.of(key)), Gate.OPEN, this::note);
    }

    private GarbageCollector collector() {
        return new GarbageCollector(store, scratch);
    }

    private void note(CollectGarbageResponse response) {
        if (response.hasItem()) {
            items.add(response.getItem());
        }
    }
}
