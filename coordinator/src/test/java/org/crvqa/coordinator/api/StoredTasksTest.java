package org.crvqa.coordinator.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.plan.Release;
import org.crvqa.study.reading.StoredTasks;
import org.crvqa.study.threads.ParallelReads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a coordinator asks of a store like S3 about experiments of very many tasks. */
class StoredTasksTest {
    /** Which make 2,000 tasks. */
    private static final int SEEDS = 200;

    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private final InMemoryObjectStore memory = new InMemoryObjectStore();
    private CountingStore counting;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
        // What experiments name, in a store that is read fast.
        fixture.store
                .list("")
                .forEach(name -> memory.put(name, fixture.store.read(name).orElseThrow()));
        counting = new CountingStore(memory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void load_halfDone_asksAboutFewTasksAndListsTheRest() {
        TestCluster before = cluster();
        String id = before.submit(yaml("large", 0, SEEDS)).id();
        List<PlanTask> tasks = plan(before, id).tasks();
        tasks.subList(0, 1000).forEach(this::finish);
        tasks.subList(1000, 1010).forEach(this::claim);
        counting.reset();

        TestCluster next = cluster();
        next.experiments.load();

        assertThat(tasksIn(next, id, TaskState.TASK_STATE_DONE)).isEqualTo(1000);
        assertThat(counting.count(Method.LIST, "artifacts/") + counting.count(Method.LIST, "tasks/"))
                .isLessThanOrEqualTo(2 * (16 + 1 + 3));
        long single = counting.requests().stream()
                .filter(request -> request.method() != Method.LIST)
                .filter(request -> request.name().startsWith("artifacts/")
                        || request.name().startsWith("tasks/"))
                .count();
        // Of those under way each with its history, and of those done a few of each kind, for the time that they took.
        assertThat(single).isLessThanOrEqualTo(10 * 5 + 3 * StoredTasks.TIMES_LOOKED_UP);
    }

    @Test
    void load_severalExperiments_readTheListingOnce() {
        TestCluster before = cluster();
        for (int i = 0; i < 4; i++) {
            before.submit(yaml("large-" + i, i * SEEDS, SEEDS));
        }
        counting.reset();

        cluster().start();

        assertThat(counting.count(Method.LIST, "artifacts/")).isBetween(16L, 16L + 2);
        assertThat(counting.count(Method.LIST, "tasks/")).isBetween(16L, 16L + 2);
    }

    @Test
    void load_listed_saysOfEachTaskWhatAskingSays() {
        TestCluster before = cluster();
        String id = before.submit(yaml("large", 0, SEEDS)).id();
        List<PlanTask> tasks = plan(before, id).tasks();
        tasks.subList(0, 500).forEach(this::finish);
        claim(tasks.get(600));
        memory.put(
                "tasks/" + tasks.get(600).key() + "/attempts/1.outcome.json",
                "{\"outcome\":\"failed\",\"kind\":\"FAILURE_KIND_USER_ERROR\",\"cause\":\"no such split\"}"
                        .getBytes(UTF_8));

        Map<ArtifactKey, TaskHistory> listed = stored().histories(tasks);

        Map<ArtifactKey, TaskHistory> asked = new LinkedHashMap<>();
        for (PlanTask task : tasks) {
            asked.putAll(stored().histories(List.of(task)));
        }
        assertThat(counting.count(Method.LIST, "artifacts/")).isPositive();
        assertThat(List.copyOf(listed.keySet()))
                .isEqualTo(tasks.stream().map(PlanTask::key).toList());
        listed.forEach((key, history) -> {
            assertThat(history.done()).isEqualTo(asked.get(key).done());
            assertThat(history.attempts()).isEqualTo(asked.get(key).attempts());
            assertThat(history.failure()).isEqualTo(asked.get(key).failure());
            assertThat(history.quarantined()).isEqualTo(asked.get(key).quarantined());
        });
        assertThat(listed.get(tasks.get(600).key()).quarantined()).isTrue();
    }

    @Test
    void load_fewTasks_areAskedForOneByOne() {
        TestCluster before = cluster();
        before.submit(yaml("few", 0, 10));
        counting.reset();

        cluster().start();

        assertThat(counting.count(Method.LIST, "artifacts/")).isZero();
        assertThat(counting.count(Method.LIST, "tasks/")).isZero();
    }

    @Test
    void load_storeWithFarMoreThanTheExperiment_isNotListed() {
        TestCluster before = cluster();
        String id = before.submit(yaml("small", 0, 20)).id();
        for (int i = 0; i < 100_000; i++) {
            String digest = Sha256.hex("other " + i);
            memory.put("artifacts/" + digest + "/" + digest + "/model.safetensors", new byte[0]);
        }
        counting.reset();

        cluster().start();

        assertThat(plan(before, id).tasks()).hasSize(200);
        assertThat(counting.count(Method.LIST, "artifacts/")).isLessThanOrEqualTo(2);
    }

    /** The listing lacks what was done since: the task is looked at again before it runs. */
    @Test
    void load_artifactCameAfterTheListing_isFoundAndNotMadeAgain() {
        TestCluster before = cluster();
        String id = before.submit(yaml("large", 0, 20)).id();
        PlanTask first = plan(before, id).tasks().get(0);
        counting.reset();
        TestCluster next = cluster();
        next.experiments.load();
        assertThat(counting.count(Method.LIST, "artifacts/")).isPositive();
        finish(first);
        next.work(artifacts("worker-cache"));

        next.tick();

        assertThat(next.status(id).getTasksList())
                .filteredOn(task -> task.getKey().equals(first.key().hex()))
                .extracting(TaskStatus::getState)
                .containsExactly(TaskState.TASK_STATE_DONE);
        assertThat(memory.read(ArtifactLayout.manifest(first.key()))).hasValue(manifest(first));
    }

    @Test
    void submit_manyNewTasks_listsInsteadOfAsking() {
        TestCluster cluster = cluster();
        Experiments.Checked checked = cluster.check(yaml("large", 0, SEEDS));
        finish(checked.plan().tasks().get(0));
        claim(checked.plan().tasks().get(0));
        counting.reset();

        String id = cluster.experiments.submit(checked).experiment().id();

        assertThat(tasksIn(cluster, id, TaskState.TASK_STATE_DONE)).isEqualTo(1);
        assertThat(counting.count(Method.HEAD, "tasks/")).isLessThanOrEqualTo(2);
        assertThat(counting.count(Method.LIST, "tasks/")).isLessThanOrEqualTo(16 + 2);
    }

    private StoredTasks stored() {
        AttemptLog attempts = new AttemptLog(counting, artifacts("cache"), Clock.systemUTC());
        return new StoredTasks(attempts, ParallelReads.oneByOne(), 1);
    }

    private ArtifactRepository artifacts(String cache) {
        return new ArtifactRepository(counting, folder.resolve(cache));
    }

    private static long tasksIn(TestCluster cluster, String id, TaskState state) {
        ExperimentStatus status = cluster.status(id);
        return status.getTasksList().stream()
                .filter(task -> task.getState() == state)
                .count();
    }

    private Plan plan(TestCluster cluster, String id) {
        return cluster.store.plan(cluster.stored(id)).orElseThrow();
    }

    private void finish(PlanTask task) {
        claim(task);
        memory.put(ArtifactLayout.manifest(task.key()), manifest(task));
    }

    private static byte[] manifest(PlanTask task) {
        return CanonicalJson.of(Manifest.newBuilder()
                        .setKey(task.key().hex())
                        .setSpec(task.spec())
                        .build())
                .getBytes(UTF_8);
    }

    private void claim(PlanTask task) {
        memory.put("tasks/" + task.key() + "/attempts/1.json", "{}".getBytes(UTF_8));
    }

    private static String yaml(String name, int first, int seeds) {
        String numbers =
                LongStream.range(first, first + seeds).mapToObj(Long::toString).collect(Collectors.joining(", "));
        return Samples.yaml().replace("name: small", "name: " + name).replace("[0, 1]", "[" + numbers + "]");
    }

    private TestCluster cluster() {
        return new TestCluster(counting, folder.resolve("cache"), Release.CURRENT);
    }
}
