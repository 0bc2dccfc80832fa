package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.gc.GarbageCollector;
import org.crvqa.artifacts.gc.Needs;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.study.StoreFixture;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {
    private static final Needs NOTHING = new Needs(Set.of(), Set.of(), List.of());
    private static final CollectGarbageRequest APPLY = CollectGarbageRequest.newBuilder()
            .setApply(true)
            .setGrace(Duration.newBuilder().setSeconds(60))
            .build();

    private final List<CollectGarbageResponse> said = new ArrayList<>();

    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Housekeeping housekeeping;
    private TermFence fence;
    private ArtifactKey unneeded;

    @BeforeEach
    void write() throws IOException {
        fixture = new StoreFixture(folder);
        housekeeping = new Housekeeping(
                new GarbageCollector(fixture.store, folder.resolve("scratch")), new ExperimentMetrics(meters));
        fence = new TermFence(fixture.store, 1);
        TaskSpec spec = TaskSpec.newBuilder()
                .setTrain(TrainSpec.newBuilder().setSeed(1))
                .build();
        unneeded = fixture.commit(spec, Manifest.getDefaultInstance());
        age(folder.resolve("store"));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void collect(CollectGarbageRequest request, Supplier<Needs> needs) {
        try (Housekeeping.Turn turn = housekeeping.turn(request)) {
            turn.collect(needs, fence, said::add);
        }
    }

    @Test
    void collect_apply_removesWhatNothingNeedsAndSaysTheSummaryLast() {
        collect(APPLY, () -> NOTHING);

        assertThat(fixture.artifacts.find(unneeded)).isEmpty();
        assertThat(said.get(said.size() - 1).getSummary())
                .satisfies(summary -> assertThat(summary.getItems()).isEqualTo(1))
                .satisfies(summary -> assertThat(summary.getArtifactsKept()).isEqualTo(2));
    }

    @Test
    void collect_graceBeyondAllTime_isRefusedAsTheCallersMistake() {
        CollectGarbageRequest absurd = CollectGarbageRequest.newBuilder()
                .setGrace(Duration.newBuilder().setSeconds(1L << 62))
                .build();

        assertThatThrownBy(() -> collect(absurd, () -> NOTHING))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("grace");
    }

    @Test
    void collect_experimentBeginsToNeedIt_keepsIt() {
        collect(APPLY, () -> {
            // As a submission does after the needs of the others were found.
            housekeeping.submission().need(List.of(unneeded));
            return NOTHING;
        });

        assertThat(fixture.artifacts.find(unneeded)).isPresent();
    }

    @Test
    void collect_submissionEndedBefore_isForgotten() {
        try (NewNeeds.Submission submission = housekeeping.submission()) {
            submission.need(List.of(unneeded));
        }

        collect(APPLY, () -> NOTHING);

        assertThat(fixture.artifacts.find(unneeded)).isEmpty();
    }

    @Test
    void collect_submissionBegunBefore_keepsWhatItNeeds() {
        try (NewNeeds.Submission submission = housekeeping.submission()) {
            submission.need(List.of(unneeded));
            collect(APPLY, () -> NOTHING);
        }

        assertThat(fixture.artifacts.find(unneeded)).isPresent();
    }

    @Test
    void collect_anotherLeadsMeanwhile_isAbortedAndNothingIsRemoved() {
        fixture.store.put("coordinator/terms/000000000002.json", new byte[0]);

        assertThatThrownBy(() -> collect(APPLY, () -> NOTHING))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.ABORTED))
                .hasMessageContaining("Another coordinator leads");

        assertThat(fixture.artifacts.find(unneeded)).isPresent();
    }

    @Test
    void collect_unreadableName_isNotedAndTheRestGoesOn() {
        fixture.store.put("names/datasets/bad", new byte[7]);

        collect(APPLY, () -> NOTHING);

        assertThat(fixture.artifacts.find(unneeded)).isEmpty();
        assertThat(said.get(said.size() - 1).getSummary().getNotesList())
                .singleElement()
                .asString()
                .contains("names/datasets/bad");
        assertThat(meters.get("crvqa.gc.set.aside").counter().count()).isEqualTo(1);
    }

    @Test
    void collect_whileAnotherRuns_isAborted() {
        List<Status.Code> codes = new ArrayList<>();
        collect(APPLY, () -> {
            try {
                collect(APPLY, () -> NOTHING);
            } catch (StatusRuntimeException e) {
                codes.add(e.getStatus().getCode());
            }
            return NOTHING;
        });
        assertThat(codes).containsExactly(Status.Code.ABORTED);

        collect(APPLY, () -> NOTHING);
    }

    @Test
    void collect_wrongRequest_isRefused() {
        assertThatThrownBy(() -> collect(APPLY.toBuilder().addDiscardKeys("lmh").build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("lmh");
        assertThatThrownBy(() -> collect(APPLY.toBuilder()
                        .setGrace(Duration.newBuilder().setSeconds(5))
                        .build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("5 s");
        assertThatThrownBy(() ->
                        collect(APPLY.toBuilder().addDiscardKeys(unneeded.hex()).build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not corrupt");
    }

    private void collect(CollectGarbageRequest request) {
        collect(request, () -> NOTHING);
    }

    private static void age(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
            }
        }
    }
}
