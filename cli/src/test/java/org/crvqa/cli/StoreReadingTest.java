package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.plan.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that read experiments of a store without a coordinator. */
class StoreReadingTest {
    private static final Instant FIRST = Instant.parse("2026-11-01T10:00:00Z");

    @TempDir
    private Path folder;

    private final CapturedConsole captured = new CapturedConsole();
    private StoreFixture fixture;
    private String older;
    private String newer;

    @BeforeEach
    void submit() {
        fixture = new StoreFixture(folder);
        older = submit(Samples.experiment(), FIRST);
        newer = submit(Samples.dense(), FIRST.plus(Duration.ofHours(1)));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String submit(Experiment experiment, Instant now) {
        Plan plan = Samples.plan(experiment, fixture, Release.CURRENT);
        Experiment resolved = StoredExperiment.resolve(experiment, Samples.inputs());
        return new ExperimentStore(fixture.store, Clock.fixed(now, ZoneOffset.UTC))
                .create(experiment, resolved, plan)
                .experiment()
                .id();
    }

    /** Everything that the plan names is there; evaluations with a score. */
    private void finish(Experiment experiment) {
        for (PlanTask task : Samples.plan(experiment, fixture, Release.CURRENT).tasks()) {
            Manifest.Builder manifest = Manifest.newBuilder();
            if (task.spec().hasEvaluate()) {
                manifest.putMetrics("accuracy/iid/all", 0.6).putMetrics("accuracy/test/all", 0.5);
            }
            fixture.commit(task.spec(), manifest.build());
        }
    }

    private int run(String... arguments) {
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--store", store().toString()))
                .toArray(String[]::new);
        return bare(Map.of(), all);
    }

    private int bare(Map<String, String> environment, String... arguments) {
        CliContext context =
                new CliContext(captured.console(), environment, folder, folder.toString(), InstantSource.system());
        return Crvqa.run(context, arguments);
    }

    private Path store() {
        return folder.resolve("store");
    }

    @Test
    void list_newestFirst() {
        assertThat(run("list")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).containsSubsequence(newer, older);
    }

    @Test
    void list_ofOneAtATime_hasAllOnce() {
        assertThat(run("list", "--limit", "1", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains(newer).doesNotContain(older);
    }

    @Test
    void list_everyTaskDoneThoughNoCoordinatorNotedTheEnd_hasSucceeded() {
        finish(Samples.dense());
        assertThat(run("list", "--state", "succeeded")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains(newer, "succeeded", "2/2").doesNotContain(older);
        assertThat(run("list", "--state", "running", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains(older);
    }

    @Test
    void storeNamedByTheEnvironmentAlone_isRead() {
        assertThat(bare(Map.of("CRVQA_STORE", store().toString()), "list")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains(older);
    }

    @Test
    void status_tellsWhatIsDone() {
        finish(Samples.dense());
        assertThat(run("status", newer)).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("2/2 tasks");
    }

    @Test
    void tasks_filtered_areThose() {
        assertThat(run("tasks", older, "--kind", "prune", "--limit", "2")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("stage 2").doesNotContain("evaluate");
        assertThat(captured.out()).contains("--page 2");
    }

    @Test
    void report_complete_isWhatTheManifestsSay() {
        finish(Samples.dense());
        assertThat(run("report", newer)).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("bce", "50.0", "60.0");
    }

    @Test
    void report_nothingDone_saysWhyAndEndsWithOne() {
        assertThat(run("report", newer)).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out()).contains("bce");
    }

    @Test
    void waste_ofAll_addsUp() {
        assertThat(run("waste")).isEqualTo(ExitCode.OK);
        assertThat(run("waste", "latest")).isEqualTo(ExitCode.OK);
    }

    @Test
    void experiment_byItsBeginningOrAsTheLatest_isFound() {
        assertThat(run("status", "dense")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains(newer);
        assertThat(run("status", older.substring(0, older.length() - 4))).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains(older);
        assertThat(run("tasks", "latest")).isEqualTo(ExitCode.OK);
    }

    @Test
    void experiment_thatSeveralBeginLike_namesThem() {
        Experiment again = Samples.dense().toBuilder().setName("dense-too").build();
        String other = submit(again, FIRST);
        assertThat(run("status", "dense")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("'dense' is the beginning of 2 experiments", newer, other);
    }

    @Test
    void show_experiment_namesTheArtifactsOfItsRows() {
        finish(Samples.dense());
        assertThat(run("show", "dense")).isEqualTo(ExitCode.OK);
        String key = Samples.plan(Samples.dense(), fixture, Release.CURRENT)
                .runs()
                .get(0)
                .evaluation()
                .hex();
        assertThat(captured.out()).contains(newer, "dataset sample", "models tiny", "bce", key);

        assertThat(run("show", key.substring(0, 10))).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("accuracy/test/all", "0.5", "splits iid, test");
        assertThat(run("show", "dense", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("\"experiment\": {", "\"report\": {");
    }

    @Test
    void show_experimentWithoutScores_saysSo() {
        assertThat(run("show", older)).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("none yet");
    }

    @Test
    void show_unknownKey_saysWhatToCheck() {
        assertThat(run("show", "0123456789abcdef")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("No artifact of");
    }

    @Test
    void dataAndModelList_showWhatNamesStandFor() {
        assertThat(run("data", "list")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("sample", "train ");
        assertThat(run("model", "list", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("\"name\": \"tiny\"", "\"parameters\"");
    }

    @Test
    void dataRm_takesTheNameAwayAndNothingElse() {
        assertThat(run("data", "rm", "sample", "absent")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("There is no name 'absent'", "nothing was changed");
        assertThat(fixture.names.list(Names.Kind.DATASET)).containsKey("sample");

        assertThat(run("data", "rm", "sample")).isEqualTo(ExitCode.OK);
        assertThat(fixture.names.list(Names.Kind.DATASET)).isEmpty();
        assertThat(run("report", newer)).isEqualTo(ExitCode.FAILED);
        assertThat(run("data", "list")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("No datasets yet");
        assertThat(run("model", "rm", "tiny")).isEqualTo(ExitCode.OK);
        assertThat(fixture.names.list(Names.Kind.MODEL)).isEmpty();
    }

    @Test
    void experiment_unknown_saysWhereToLook() {
        for (String command : List.of("status", "tasks", "report", "waste")) {
            assertThat(run(command, "dense-000000000000")).isEqualTo(ExitCode.BAD_INPUT);
            assertThat(captured.err()).contains("There is no experiment 'dense-000000000000'", "crvqa list");
        }
        assertThat(run("report", "nothing")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("No experiment's id begins with 'nothing'");
    }

    @Test
    void reading_changesNothing() throws IOException {
        List<Path> before = files();
        assertThat(run("list")).isEqualTo(ExitCode.OK);
        assertThat(run("report", older)).isEqualTo(ExitCode.FAILED);
        assertThat(run("waste")).isEqualTo(ExitCode.OK);
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(store())) {
            return files.sorted().toList();
        }
    }

    @Test
    void store_absent_isNotMade() {
        Path absent = folder.resolve("absent");
        assertThat(bare(Map.of(), "list", "--store", absent.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(absent).doesNotExist();
    }
}
