package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.InterceptedStore;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.plan.Release;
import org.crvqa.study.plan.Releases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an experiment is stays what it was when it was submitted, whoever asks and whatever releases come. */
class StoredPlansTest {
    private static final Release NOW = Release.CURRENT;
    private static final Release NEXT = new Release(AlgorithmVersion.CURRENT + 1, NOW.defaults());

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
    void load_byTheNextRelease_experimentKeepsItsTasksAndItsEnd() {
        assertKeptBy(NEXT);
    }

    @Test
    void load_byAReleaseWithOtherDefaults_experimentKeepsItsTasksAndItsEnd() {
        assertKeptBy(Releases.OTHER_DEFAULTS);
    }

    private void assertKeptBy(Release release) {
        StoredExperiment experiment = cluster(NOW).submit(Samples.yaml());
        Plan plan = plan(experiment);
        plan.tasks().forEach(task -> fixture.commit(task.spec(), Manifest.getDefaultInstance()));

        TestCluster next = cluster(release).start();

        assertThat(next.status(experiment.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(next.status(experiment.id()).getTasksList())
                .extracting(task -> task.getKey())
                .isEqualTo(keys(plan));
        assertThat(next.begun).isEmpty();
        assertThat(next.experiments.results().report(experiment, false).getComplete())
                .isTrue();
        assertThat(next.experiments.results().waste(Optional.of(experiment)).getTasks())
                .isEqualTo(plan.tasks().size());
        assertThat(next.check(Samples.yaml()).plan()).isEqualTo(plan);
        assertThat(next.experiments.submit(next.check(Samples.yaml())).isNew()).isFalse();
        // The same file under another name is planned by the release that takes it.
        assertThat(next.check(renamed()).plan()).isNotEqualTo(plan);
    }

    @Test
    void report_datasetIsGone_isMadeFromThePlan() {
        TestCluster cluster = cluster(NOW);
        StoredExperiment experiment = cluster.submit(Samples.yaml());
        fixture.store.list("artifacts/").forEach(fixture.store::delete);

        assertThat(cluster.experiments.results().report(experiment, false).getRowsCount())
                .isEqualTo(5);
    }

    @Test
    void submit_anotherReleaseIsFirst_itsPlanHoldsForBoth() {
        TestCluster first = cluster(NEXT);
        AtomicBoolean once = new AtomicBoolean();
        TestCluster late = cluster(intercepted(name -> {
            if (name.endsWith("/spec.json") && once.compareAndSet(false, true)) {
                first.submit(Samples.yaml());
            }
        }));
        Experiments.Checked own = late.check(Samples.yaml());

        var created = late.experiments.submit(own);

        Plan holds = first.check(Samples.yaml()).plan();
        assertThat(created.isNew()).isFalse();
        assertThat(holds.tasks()).allMatch(task -> task.spec().getAlgorithmVersion() == NEXT.algorithmVersion());
        assertThat(own.plan()).isNotEqualTo(holds);
        assertThat(keys(late, created.experiment().id())).isEqualTo(keys(holds));
        assertThat(keys(cluster(NOW).start(), created.experiment().id())).isEqualTo(keys(holds));
    }

    @Test
    void submit_coordinatorDiesBeforeTheSpec_theReleaseThatTakesItPlansIt() {
        TestCluster dies = cluster(intercepted(name -> {
            if (name.endsWith("/spec.json")) {
                throw new StoreException("killed");
            }
        }));
        Plan left = dies.check(Samples.yaml()).plan();
        assertThatThrownBy(() -> dies.submit(Samples.yaml())).isInstanceOf(StoreException.class);
        assertThat(fixture.store.list("experiments/")).anyMatch(name -> name.contains("/plans/"));
        assertThat(cluster(NEXT).start().store.ids()).isEmpty();

        StoredExperiment experiment = cluster(NEXT).submit(Samples.yaml());

        assertThat(plan(experiment)).isNotEqualTo(left);
        assertThat(plan(experiment).tasks())
                .allMatch(task -> task.spec().getAlgorithmVersion() == NEXT.algorithmVersion());
    }

    @Test
    void submit_coordinatorDiesBeforeTheSpecAndComesBack_beginsAsIfNothingHadBeen() {
        AtomicBoolean alive = new AtomicBoolean();
        TestCluster dies = cluster(intercepted(name -> {
            if (name.endsWith("/spec.json") && alive.compareAndSet(false, true)) {
                throw new StoreException("killed");
            }
        }));
        assertThatThrownBy(() -> dies.submit(Samples.yaml())).isInstanceOf(StoreException.class);

        StoredExperiment experiment = dies.submit(Samples.yaml());

        assertThat(dies.status(experiment.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(fixture.store.list("experiments/"))
                .filteredOn(name -> !name.contains("/events/"))
                .hasSize(3);
    }

    @Test
    void load_damagedPlan_isAnErrorThatNamesTheObjectAndTheOthersGoOn() {
        TestCluster before = cluster(NOW);
        StoredExperiment damaged = before.submit(Samples.yaml());
        StoredExperiment sound = before.submit(renamed());
        String name = planName(damaged);
        byte[] content = fixture.store.read(name).orElseThrow();
        content[content.length / 3] ^= 4;
        fixture.store.put(name, content);

        TestCluster cluster = cluster(NOW).start();

        assertThat(cluster.status(sound.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(cluster.status(damaged.id()).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_UNREADABLE);
        assertThat(cluster.status(damaged.id()).getProblem()).contains(name);
        assertDamaged(name, () -> cluster.experiments.results().report(damaged, false));
        assertDamaged(name, () -> cluster.experiments.results().waste(Optional.of(damaged)));
        assertDamaged(name, () -> cluster.experiments.retry(damaged.id()));
        assertDamaged(name, () -> cluster.submit(Samples.yaml()));
        List<CollectGarbageResponse> said = new ArrayList<>();
        cluster.experiments.operations().run(CollectGarbageRequest.getDefaultInstance(), said::add);
        assertThat(said.get(said.size() - 1).getSummary().getNotesList())
                .singleElement()
                .asString()
                .contains(damaged.id(), name);
    }

    @Test
    void report_planIsGone_isAnErrorThatNamesTheObject() {
        TestCluster cluster = cluster(NOW);
        StoredExperiment experiment = cluster.submit(Samples.yaml());
        fixture.store.delete(planName(experiment));

        assertDamaged(planName(experiment), () -> cluster.experiments.results().report(experiment, false));
    }

    @Test
    void load_oldExperimentByTwoReleasesAtOnce_bothTakeTheSamePlan() {
        String id = oldExperiment();
        List<List<String>> first = new ArrayList<>();
        TestCluster late = cluster(intercepted(name -> {
            if (name.endsWith("/plan.json") && first.isEmpty()) {
                first.add(keys(cluster(NEXT).start(), id));
            }
        }));

        late.start();

        assertThat(first).hasSize(1);
        assertThat(keys(late, id)).isEqualTo(first.get(0));
    }

    @Test
    void load_oldExperimentThatFailedBeforeAnythingWasDone_staysFailed() {
        String id = oldExperiment();
        for (PlanTask task :
                Samples.plan(Samples.experiment(), fixture, Release.VERSION_2).tasks()) {
            if (task.dependsOn().isEmpty()) {
                failed(task.key());
            }
        }

        TestCluster cluster = cluster(NOW).start();

        assertThat(cluster.begun).isEmpty();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
        assertThat(cluster.status(id).getTasksList())
                .filteredOn(task -> task.getState() == TaskState.TASK_STATE_FAILED)
                .hasSize(4)
                .allMatch(task -> task.getFailure().getCause().equals("no such split"));
    }

    private void failed(ArtifactKey key) {
        String attempt = "tasks/" + key + "/attempts/1";
        put(attempt + ".json", "{}");
        put(
                attempt + ".outcome.json",
                "{\"outcome\":\"failed\",\"kind\":\"FAILURE_KIND_USER_ERROR\",\"cause\":\"no such split\"}");
    }

    /** As coordinators wrote it that kept no plans; its id. */
    private String oldExperiment() {
        StoredExperiment experiment = cluster(NOW).submit(Samples.yaml());
        put("experiments/" + experiment.id() + "/spec.json", CanonicalJson.of(experiment.experiment()));
        fixture.store.delete(planName(experiment));
        assertThat(plans()).isEmpty();
        return experiment.id();
    }

    private void put(String name, String content) {
        fixture.store.put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> plans() {
        return fixture.store.list("experiments/").stream()
                .filter(name -> name.contains("/plan"))
                .toList();
    }

    private static String planName(StoredExperiment experiment) {
        return "experiments/" + experiment.id() + "/plans/" + experiment.plan().orElseThrow() + ".json";
    }

    private static void assertDamaged(String name, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining(name);
    }

    private Plan plan(StoredExperiment experiment) {
        return cluster(NOW).store.plan(experiment).orElseThrow();
    }

    private static List<String> keys(TestCluster cluster, String id) {
        return cluster.status(id).getTasksList().stream()
                .map(task -> task.getKey())
                .toList();
    }

    private static List<String> keys(Plan plan) {
        return plan.tasks().stream().map(task -> task.key().hex()).toList();
    }

    private static String renamed() {
        return Samples.yaml().replace("name: small", "name: other");
    }

    private ObjectStore intercepted(Consumer<String> before) {
        return InterceptedStore.of(fixture.store, before);
    }

    private TestCluster cluster(Release release) {
        return new TestCluster(fixture.store, folder.resolve("cache"), release);
    }

    private TestCluster cluster(ObjectStore store) {
        return new TestCluster(store, folder.resolve("cache"), NOW);
    }
}
