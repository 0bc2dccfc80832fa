package org.crvqa.coordinator.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.InterceptedStore;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a coordinator reads of its store when it begins to lead, and what bad objects there do to it. */
class LoaderTest {
    @TempDir
    private Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void load_ended_readsNothingOfItButItsMark_andItsTasksWhenAsked() {
        StoredExperiment ended = finished();
        cluster(fixture.store).start();
        List<String> reads = new ArrayList<>();

        TestCluster next = cluster(InterceptedStore.ofAll(fixture.store, (method, name) -> {
            if (name.startsWith("experiments/") || name.startsWith("artifacts/") || name.startsWith("tasks/")) {
                reads.add(method + " " + name);
            }
        }));
        next.start();

        assertThat(reads)
                .filteredOn(read -> !read.equals("visit experiments/"))
                .containsExactly("read experiments/" + ended.id() + "/marks/000001.json");
        assertThat(list(next)).singleElement().satisfies(status -> {
            assertThat(status.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
            assertThat(status.getTasksDone()).isEqualTo(20);
            assertThat(status.getExperiment().getName()).isEqualTo("small");
        });
        assertThat(next.status(ended.id()).getTasksList())
                .hasSize(20)
                .allMatch(task -> task.getState() == TaskState.TASK_STATE_DONE);
        assertThat(next.experiments.submit(next.check(Samples.yaml())).isNew()).isFalse();
    }

    @Test
    void noteEnds_experimentOnTheBoardEnds_isNotReadByTheNextStart() {
        TestCluster cluster = cluster(fixture.store).start();
        StoredExperiment stored = cluster.submit(Samples.yaml());
        cluster.experiments.cancel(stored.id());

        cluster.experiments.noteEnds();

        TestCluster next = cluster(fixture.store).start();
        assertThat(next.status(stored.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(next.dispatcherKnows(stored.id())).isFalse();
    }

    @Test
    void noteEnds_someTimeAfterTheEnd_itsTasksAreOnTheBoardNoMore() {
        TestCluster cluster = cluster(fixture.store).start();
        StoredExperiment stored = cluster.submit(Samples.yaml());
        cluster.experiments.cancel(stored.id());
        cluster.experiments.noteEnds();
        assertThat(cluster.dispatcherKnows(stored.id())).isTrue();

        for (int look = 0; look < Ends.LOOKS_BEFORE_IT_LEAVES; look++) {
            cluster.experiments.noteEnds();
        }

        assertThat(cluster.dispatcherKnows(stored.id())).isFalse();
        assertThat(cluster.status(stored.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(cluster.status(stored.id()).getTasksList()).hasSize(20);
    }

    @Test
    void retry_artifactOfAnEndedExperimentWasDiscarded_runsAgainAlsoAfterARestart() {
        StoredExperiment ended = finished();
        cluster(fixture.store).start();
        var evaluation = cluster(fixture.store)
                .check(Samples.yaml())
                .plan()
                .runs()
                .get(0)
                .evaluation();
        fixture.store.delete("artifacts/" + evaluation + "/manifest.json");
        TestCluster cluster = cluster(fixture.store).start();

        assertThat(cluster.experiments.retry(ended.id())).containsExactly(evaluation);

        assertThat(cluster.status(ended.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(cluster(fixture.store).start().status(ended.id()).getState())
                .isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
    }

    @Test
    void retry_failedTask_getsAnotherAttempt() {
        TestCluster cluster = cluster(fixture.store).start();
        StoredExperiment stored = cluster.submit(Samples.yaml());
        var task = cluster.check(Samples.yaml()).plan().tasks().get(0);
        put("tasks/" + task.key() + "/attempts/1.json", "{}");
        put(
                "tasks/" + task.key() + "/attempts/1.outcome.json",
                "{\"outcome\":\"failed\",\"kind\":\"FAILURE_KIND_USER_ERROR\",\"cause\":\"no such split\"}");
        TestCluster next = cluster(fixture.store).start();
        assertThat(next.status(stored.id()).getTasks(0).getState()).isEqualTo(TaskState.TASK_STATE_FAILED);

        assertThat(next.experiments.retry(stored.id())).contains(task.key());

        assertThat(next.status(stored.id()).getTasks(0).getState()).isNotEqualTo(TaskState.TASK_STATE_FAILED);
    }

    static Stream<Arguments> badObjects() {
        return Stream.of(
                Arguments.of(
                        "two models, one of them resolved",
                        "spec.json",
                        spec("\"seeds\":[1],\"models\":[{\"name\":\"tiny\"},{\"name\":\"small\"}]")),
                Arguments.of("not JSON", "spec.json", "{"),
                Arguments.of("garbage bytes", "spec.json", "\u0000\u0001\u0002\u00ff"),
                Arguments.of(
                        "an unknown enum number", "spec.json", "{\"name\":\"small\",\"protocol\":99,\"seeds\":[1]}"),
                Arguments.of("deep nesting", "spec.json", "{\"name\":".repeat(100_000)),
                Arguments.of("deep lists", "submission.json", "[".repeat(100_000)),
                Arguments.of("no time", "submission.json", "{\"resolved\":\"{}\"}"),
                Arguments.of("null", "submission.json", "null"),
                Arguments.of("nothing resolved", "submission.json", "{\"submitted\":\"2026-01-01T00:00:00Z\"}"),
                Arguments.of("absurd values", "spec.json", spec("\"seeds\":[1],\"text\":{\"maxTokens\":-5}")),
                Arguments.of("a million seeds", "spec.json", spec("\"seeds\":[" + "7,".repeat(999_999) + "7]")),
                Arguments.of("too large", "spec.json", "x".repeat(17 << 20)));
    }

    /** Of an experiment that names no plan, so that one must be made. */
    private static String spec(String fields) {
        return "{\"name\":\"small\",\"dataset\":\"sample\"," + fields + "}";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badObjects")
    void load_badObject_isSetAsideAndEverythingElseGoesOn(String what, String object, String content) {
        TestCluster before = cluster(fixture.store);
        String bad = before.submit(Samples.yaml()).id();
        String sound = before.submit(Samples.yaml().replace("name: small", "name: other"))
                .id();
        put("experiments/" + bad + "/" + object, content);

        TestCluster cluster = cluster(fixture.store).start();

        ExperimentStatus status = cluster.status(bad);
        assertThat(status.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_UNREADABLE);
        assertThat(status.getProblem()).contains("experiments/" + bad, "crvqa retry " + bad);
        assertThat(list(cluster))
                .extracting(ExperimentStatus::getState)
                .containsExactlyInAnyOrder(
                        ExperimentState.EXPERIMENT_STATE_UNREADABLE, ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(cluster.status(sound).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(cluster.meters.get("crvqa.experiments.unreadable").gauge().value())
                .isEqualTo(1);
        assertThatThrownBy(() -> cluster.experiments.cancel(bad)).isInstanceOf(ArtifactCorruptException.class);
        assertThatThrownBy(() -> cluster.experiments.retry(bad)).isInstanceOf(ArtifactCorruptException.class);
        assertThat(cluster.experiments.results().waste(Optional.empty()).getTasks())
                .isEqualTo(20);
        List<CollectGarbageResponse> said = new ArrayList<>();
        cluster.experiments.operations().run(CollectGarbageRequest.getDefaultInstance(), said::add);
        assertThat(said.get(said.size() - 1).getSummary().getNotesList()).anyMatch(note -> note.contains(bad));
    }

    @Test
    void retry_badObjectWasRestored_isReadAgain() {
        String id = cluster(fixture.store).submit(Samples.yaml()).id();
        String name = "experiments/" + id + "/submission.json";
        byte[] sound = fixture.store.read(name).orElseThrow();
        put(name, "{");
        TestCluster cluster = cluster(fixture.store).start();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_UNREADABLE);
        fixture.store.put(name, sound);

        cluster.experiments.retry(id);

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(cluster.meters.get("crvqa.experiments.unreadable").gauge().value())
                .isZero();
    }

    @Test
    void load_badMark_itsTasksSayHowItStands() {
        StoredExperiment ended = finished();
        cluster(fixture.store).start();
        put("experiments/" + ended.id() + "/marks/000001.json", "garbage");
        put("experiments/" + ended.id() + "/marks/999999.json", "garbage");

        TestCluster cluster = cluster(fixture.store).start();

        assertThat(cluster.status(ended.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void begin_storeFailsAtFirst_readsUntilItWorks() throws Exception {
        StoredExperiment stored = cluster(fixture.store).submit(Samples.yaml());
        AtomicInteger failures = new AtomicInteger();
        TestCluster cluster = cluster(InterceptedStore.ofAll(fixture.store, (method, name) -> {
            boolean fails = name.equals("experiments/") && failures.get() == 0
                    || name.endsWith("/spec.json") && failures.get() < 5;
            if (fails) {
                failures.incrementAndGet();
                throw new StoreException("503");
            }
        }));
        BlockingQueue<String> surveyed = new LinkedBlockingQueue<>();
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
        try {
            cluster.experiments.begin(scheduler, () -> surveyed.add("done"));
            assertThat(surveyed.take()).isEqualTo("done");
        } finally {
            scheduler.shutdownNow();
        }
        assertThat(failures).hasValue(5);
        assertThat(cluster.status(stored.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
    }

    @Test
    void begin_lastOpenExperimentIsRead_isLoadedThenAndNotBefore() throws Exception {
        cluster(fixture.store).submit(Samples.yaml());
        CountDownLatch answers = new CountDownLatch(1);
        TestCluster cluster = cluster(InterceptedStore.ofAll(fixture.store, (method, name) -> {
            if (name.contains("/plans/")) {
                answers.await();
            }
        }));
        BlockingQueue<String> surveyed = new LinkedBlockingQueue<>();
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
        try {
            assertThat(cluster.experiments.isLoaded()).isFalse();
            cluster.experiments.begin(scheduler, () -> surveyed.add("done"));
            assertThat(surveyed.take()).isEqualTo("done");
            assertThat(cluster.experiments.isLoaded()).isFalse();

            answers.countDown();
            long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (!cluster.experiments.isLoaded()) {
                assertThat(System.nanoTime())
                        .as("a minute without its being loaded")
                        .isLessThan(end);
                Thread.onSpinWait();
            }
        } finally {
            answers.countDown();
            scheduler.shutdownNow();
        }
    }

    private StoredExperiment finished() {
        TestCluster cluster = cluster(fixture.store);
        StoredExperiment stored = cluster.submit(Samples.yaml());
        cluster.check(Samples.yaml())
                .plan()
                .tasks()
                .forEach(task -> fixture.commit(task.spec(), Manifest.getDefaultInstance()));
        return stored;
    }

    private static List<ExperimentStatus> list(TestCluster cluster) {
        Views views = cluster.experiments.views();
        return views.filled(views.all());
    }

    private void put(String name, String content) {
        fixture.store.put(name, content.getBytes(UTF_8));
    }

    private TestCluster cluster(ObjectStore store) {
        return new TestCluster(store, folder.resolve("cache"), Release.CURRENT);
    }
}
