package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that programs of revision 79fb3ff have written, whose coordinator kept no plans and whose workers computed
 * algorithm version 2, opened by this release. How it was made: src/test/resources/old-store/README.md.
 */
class OldStoreTest {
    private static final Instant OLD = Instant.now().minus(Duration.ofDays(3));

    @TempDir
    private Path folder;

    private ObjectStore store;

    @BeforeEach
    void unpack() throws IOException {
        Path root = folder.resolve("store");
        try (ZipInputStream zip = new ZipInputStream(resource("store.zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = root.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
                // Older than the grace of a collection of garbage.
                Files.setLastModifiedTime(file, FileTime.from(OLD));
            }
        }
        store = ObjectStores.open(StoreSettings.of(root.toUri()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void load_finished_hasSucceededAndNothingOfItRuns() {
        TestCluster cluster = open(Release.CURRENT);

        ExperimentStatus status = cluster.status(id("finished"));
        assertThat(status.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(status.getTasksList()).hasSize(10).allMatch(task -> task.getState() == TaskState.TASK_STATE_DONE);
        assertThat(cluster.begun).noneMatch(task -> task.getSpec().getAlgorithmVersion() != AlgorithmVersion.CURRENT);
    }

    @Test
    void report_finished_isWhatTheOldProgramsPrinted() throws IOException {
        Report.Builder printed = Report.newBuilder();
        JsonFormat.parser().merge(text("finished.report.json"), printed);
        for (int i = 0; i < printed.getNotesCount(); i++) {
            // It said so of the original, which counts over train alone.
            printed.setNotes(
                    i, printed.getNotes(i).replace("train and test, as in the original: ", "train and test: "));
        }
        TestCluster cluster = open(Release.CURRENT);

        Report.Builder now = cluster.experiments.results().report(cluster.stored(id("finished")), false).toBuilder();
        // What the old program did not tell.
        assertThat(now.getDataset()).isNotEmpty();
        assertThat(now.getColumnQuestionsList()).hasSameSizeAs(now.getColumnsList());
        now.clearDataset().clearColumnQuestions();
        now.getRowsBuilderList().forEach(row -> {
            // What the old program had no word for.
            assertThat(row.getStage1Precision()).isEqualTo("float32");
            assertThat(row.getEvaluatePrecision()).isEqualTo("float32");
            row.clearStage1Precision()
                    .clearStage2Precision()
                    .clearStage3Precision()
                    .clearEvaluatePrecision();
            row.getCellsBuilderList().forEach(cell -> {
                assertThat(cell.getScoredRuns()).isEqualTo(cell.getRunsCount());
                cell.clearScoredRuns();
            });
        });

        assertThat(now.build()).isEqualTo(printed.build());
    }

    @Test
    void waste_finished_countsWhatTheOldProgramsSpent() {
        TestCluster cluster = open(Release.CURRENT);

        GetWasteResponse waste = cluster.experiments.results().waste(Optional.of(cluster.stored(id("finished"))));

        assertThat(waste.getTasks()).isEqualTo(10);
        assertThat(waste.getAttempts()).isEqualTo(10);
        assertThat(waste.getSpentSeconds()).isPositive();
    }

    @Test
    void collectGarbage_finishedAndUnfinished_findsNothingOfThem() {
        TestCluster cluster = open(Release.CURRENT);
        List<CollectGarbageResponse> said = new ArrayList<>();

        cluster.experiments.operations().run(CollectGarbageRequest.getDefaultInstance(), said::add);

        CollectGarbageResponse last = said.get(said.size() - 1);
        assertThat(last.getSummary().getNotesList()).isEmpty();
        assertThat(last.getSummary().getArtifactsKept())
                .isEqualTo(store.list("artifacts/").size());
        // Only the attempt at the experiment of which nothing had ended, and which begins anew.
        String begunAnew = "tasks/" + key(Release.VERSION_2, "waiting") + "/";
        assertThat(said)
                .filteredOn(CollectGarbageResponse::hasItem)
                .allMatch(item -> item.getItem().getName().equals(begunAnew));
    }

    @Test
    void submit_finishedOnceMore_isTheOneThatExists() throws IOException {
        TestCluster cluster = open(Release.CURRENT);
        int before = store.list("").size();

        Experiments.Checked checked = cluster.check(text("finished.yaml"));
        assertThat(cluster.experiments.done(checked.plan()))
                .hasSameSizeAs(checked.plan().tasks());
        ExperimentStore.Created created = cluster.experiments.submit(checked);

        assertThat(created.isNew()).isFalse();
        assertThat(cluster.status(id("finished")).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(store.list("")).hasSize(before);
    }

    @Test
    void load_unfinished_keepsWhatIsDoneAndSaysWhyTheRestDoesNotRun() {
        TestCluster cluster = open(Release.CURRENT);

        ExperimentStatus status = cluster.status(id("unfinished"));
        assertThat(status.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
        List<TaskStatus> done = in(status, TaskState.TASK_STATE_DONE);
        assertThat(done).hasSizeGreaterThan(4);
        List<TaskStatus> failed = in(status, TaskState.TASK_STATE_FAILED);
        assertThat(failed).isNotEmpty().allSatisfy(task -> {
            assertThat(task.getAttempt()).isLessThan(2);
            assertThat(task.getFailure().getCause())
                    .contains("algorithm version 2", "computes version " + AlgorithmVersion.CURRENT);
            assertThat(task.getFailure().getAdvice()).contains("under another name");
        });
        assertThat(done.size()
                        + failed.size()
                        + in(status, TaskState.TASK_STATE_CANCELLED).size())
                .isEqualTo(status.getTasksCount());
        Report report = cluster.experiments.results().report(cluster.stored(id("unfinished")), false);
        assertThat(report.getComplete()).isFalse();
        assertThat(report.getRows(0).getCells(0).getRunsCount()).isPositive();
    }

    @Test
    void load_unfinished_leavesNothingInTheStoreThatHindersTheOldRelease() {
        open(Release.CURRENT);

        assertThat(store.list("tasks/")).noneMatch(name -> name.endsWith(".outcome.json"));
    }

    @Test
    void retry_unfinished_isRefusedWithTheReason() {
        TestCluster cluster = open(Release.CURRENT);

        StatusRuntimeException error =
                catchThrowableOfType(StatusRuntimeException.class, () -> cluster.experiments.retry(id("unfinished")));

        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(error.getStatus().getDescription()).contains("algorithm version 2", "under another name");
        assertThat(cluster.experiments.retry(id("finished"))).isEmpty();
    }

    @Test
    void load_nothingOfItHasEnded_beginsItAnewWithThisRelease() {
        TestCluster cluster = open(Release.CURRENT);

        assertThat(cluster.status(id("waiting")).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(cluster.begun)
                .singleElement()
                .extracting(task -> task.getKey())
                .isEqualTo(key(Release.CURRENT, "waiting"));
    }

    @Test
    void load_cancelled_staysAsItWas() {
        TestCluster cluster = open(Release.CURRENT);

        ExperimentStatus status = cluster.status(id("cancelled"));
        assertThat(status.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(status.getTasks(0).getKey()).isEqualTo(key(Release.VERSION_2, "cancelled"));
    }

    @Test
    void load_byALaterReleaseStill_everyPlanIsAsTheFirstOneWroteItDown() {
        TestCluster first = open(Release.CURRENT);
        List<Plan> plans = plans(first);

        TestCluster later = open(new Release(AlgorithmVersion.CURRENT + 1, Release.CURRENT.defaults()));

        assertThat(plans(later)).isEqualTo(plans);
        assertThat(later.status(id("finished")).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    private TestCluster open(Release release) {
        return new TestCluster(store, folder.resolve("cache"), release).start();
    }

    private List<Plan> plans(TestCluster cluster) {
        return cluster.store.ids().stream()
                .map(id -> cluster.store.plan(cluster.stored(id)).orElseThrow())
                .toList();
    }

    /** Of the first task of an experiment as a release plans it. */
    private String key(Release release, String name) {
        try {
            // Under another name, so that it is planned and not found.
            String yaml = text(name + ".yaml").replace("name: " + name, "name: other");
            TestCluster cluster = new TestCluster(store, folder.resolve("cache"), release);
            return cluster.check(yaml).plan().tasks().get(0).key().hex();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String id(String name) {
        return new ExperimentStore(store, Clock.systemUTC())
                .ids().stream()
                        .filter(id -> id.startsWith(name + "-"))
                        .findFirst()
                        .orElseThrow();
    }

    private static List<TaskStatus> in(ExperimentStatus status, TaskState state) {
        return status.getTasksList().stream()
                .filter(task -> task.getState() == state)
                .toList();
    }

    private static String text(String name) throws IOException {
        try (InputStream in = resource(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(OldStoreTest.class.getResourceAsStream("/old-store/" + name), name);
    }
}
