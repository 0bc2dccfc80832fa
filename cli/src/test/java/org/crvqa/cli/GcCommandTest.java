package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.GarbageItem;
import org.crvqa.coordinator.v1.GarbageKind;
import org.crvqa.coordinator.v1.GarbageProgress;
import org.crvqa.coordinator.v1.GarbageSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GcCommandTest {
    private static final GarbageItem STATE = GarbageItem.newBuilder()
            .setKind(GarbageKind.GARBAGE_KIND_FINISHED_STATE)
            .setName("tasks/a/state/")
            .setObjects(3)
            .setSizeBytes(1234)
            .setReason("the task is done")
            .build();

    private final CapturedConsole captured = new CapturedConsole();
    private final List<CollectGarbageRequest> requests = new ArrayList<>();
    private volatile Status failure = Status.OK;
    private Server server;

    @TempDir
    private Path folder;

    @BeforeEach
    void serve() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new CoordinatorServiceImplBase() {
                    @Override
                    public void collectGarbage(
                            CollectGarbageRequest request, StreamObserver<CollectGarbageResponse> observer) {
                        requests.add(request);
                        if (failure.isOk()) {
                            answer(request, observer);
                        } else {
                            observer.onError(failure.asRuntimeException());
                        }
                    }
                })
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }

    @Test
    void gc_byDefault_saysWhatWouldBeRemoved() {
        assertThat(run("gc", "--items")).isEqualTo(ExitCode.OK);

        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.getApply()).isFalse();
            assertThat(request.getGrace().getSeconds()).isEqualTo(24 * 3600);
        });
        assertThat(captured.out())
                .contains("would remove tasks/a/state/ (3 objects, 1,234 bytes): the task is done")
                .containsPattern("states of finished tasks +1 +3 +1,234")
                .contains("nothing was removed, this is what --apply would remove; 7 artifacts stay");
        assertThat(captured.err()).contains("looking at tasks", "experiment e cannot be planned");
    }

    @Test
    void gc_apply_countsWhatWasRemovedAndWhatWasSpared() {
        assertThat(run("gc", "--apply", "--grace", "7d", "--discard", "k")).isEqualTo(ExitCode.OK);

        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.getApply()).isTrue();
            assertThat(request.getGrace().getSeconds()).isEqualTo(7 * 24 * 3600);
            assertThat(request.getDiscardKeysList()).containsExactly("k");
        });
        assertThat(captured.out()).contains("removed; 7 artifacts stay; 1 things were spared");
    }

    @Test
    void gc_json_hasItemsAndSummary() {
        assertThat(run("gc", "--output", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("\"summary\"", "\"GARBAGE_KIND_FINISHED_STATE\"", "\"artifacts_kept\"");
    }

    @Test
    void gc_anotherRuns_failsAndSaysSo() {
        failure = Status.ABORTED.withDescription("Another collection of garbage runs");
        assertThat(run("gc")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.err()).contains("Another collection of garbage runs");
    }

    @Test
    void gc_malformedGrace_isBadInput() {
        assertThat(run("gc", "--grace", "soon")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("--grace is \"soon\"", "90m, 24h or 7d");
        assertThat(requests).isEmpty();
    }

    private static void answer(CollectGarbageRequest request, StreamObserver<CollectGarbageResponse> observer) {
        boolean apply = request.getApply();
        observer.onNext(CollectGarbageResponse.newBuilder()
                .setProgress(GarbageProgress.newBuilder().setPhase("looking at tasks"))
                .build());
        observer.onNext(CollectGarbageResponse.newBuilder()
                .setItem(STATE.toBuilder().setRemoved(apply))
                .build());
        if (apply) {
            observer.onNext(CollectGarbageResponse.newBuilder().setItem(STATE).build());
        }
        observer.onNext(CollectGarbageResponse.newBuilder()
                .setSummary(GarbageSummary.newBuilder()
                        .setItems(1)
                        .setObjects(3)
                        .setSizeBytes(1234)
                        .setApplied(apply)
                        .setArtifactsKept(7)
                        .addNotes("experiment e cannot be planned"))
                .build());
        observer.onCompleted();
    }

    private int run(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--coordinator";
        all[arguments.length + 1] = "localhost:" + server.getPort();
        CliContext context =
                new CliContext(captured.console(), Map.of(), folder, folder.toString(), InstantSource.system());
        return Crvqa.run(context, all);
    }
}
