package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.crvqa.artifacts.store.CountingStore.Request;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a coordinator asks of a store like S3 from an experiment's submission to its end. Fails when it asks more. The
 * worker's part is counted in the module worker.
 */
class TaskCostTest {
    /** With one dataset and one model. */
    private static final long MOST_BESIDES = 17;

    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private CountingStore counting;
    private TestCluster cluster;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
        counting = new CountingStore(fixture.store);
        cluster = new TestCluster(counting, folder.resolve("cache"), Release.CURRENT).start();
        cluster.work(fixture.artifacts);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void task_fromSubmissionToItsEnd_takesThreeRequests() {
        Plan plan = cluster.check(Samples.yaml()).plan();
        run(Samples.yaml());

        plan.tasks()
                .forEach(task -> assertThat(counting.requests())
                        .filteredOn(
                                request -> request.name().contains(task.key().hex()))
                        .as(task.label())
                        .containsExactly(
                                new Request(Method.HEAD, "tasks/" + task.key() + "/attempts/1.json"),
                                new Request(Method.PUT, "tasks/" + task.key() + "/attempts/1.json"),
                                new Request(Method.GET, "artifacts/" + task.key() + "/manifest.json")));
    }

    @Test
    void experiment_howeverManyTasks_takesAsManyRequestsBesides() {
        Map<Method, Long> two = besides(Samples.yaml());
        Map<Method, Long> five = besides(Samples.yaml().replace("seeds: [0, 1]", "seeds: [2, 3, 4, 5, 6]"));

        assertThat(five).isEqualTo(two);
        assertThat(two.values().stream().mapToLong(count -> count).sum()).isLessThanOrEqualTo(MOST_BESIDES);
    }

    @Test
    void submit_tasksDoneBefore_areNotRunAgain() {
        run(Samples.yaml());
        counting.reset();
        int before = cluster.begun.size();

        run(Samples.yaml().replace("name: small", "name: again"));

        assertThat(cluster.begun).hasSize(before);
        assertThat(counting.count(Method.PUT, "tasks/")).isZero();
    }

    /** A copy of artifacts alone: nobody has attempted anything, so the workers say that it is there. */
    @Test
    void submit_artifactsWithoutAttempts_areTakenAsTheyAre() {
        Plan plan = cluster.check(Samples.yaml()).plan();
        plan.tasks().forEach(task -> fixture.commit(task.spec(), Manifest.getDefaultInstance()));

        String id = run(Samples.yaml());

        assertThat(cluster.status(id).getTasksList()).allMatch(task -> task.getState() == TaskState.TASK_STATE_DONE);
    }

    private Map<Method, Long> besides(String yaml) {
        List<String> keys = new ArrayList<>();
        cluster.check(yaml).plan().tasks().forEach(task -> keys.add(task.key().hex()));
        counting.reset();
        run(yaml);
        return counting.requests().stream()
                .filter(request -> keys.stream().noneMatch(request.name()::contains))
                .collect(Collectors.groupingBy(Request::method, Collectors.counting()));
    }

    private String run(String yaml) {
        String id = cluster.submit(yaml).id();
        while (cluster.status(id).getState() == ExperimentState.EXPERIMENT_STATE_RUNNING) {
            cluster.tick();
        }
        cluster.experiments.noteEnds();
        return id;
    }
}
