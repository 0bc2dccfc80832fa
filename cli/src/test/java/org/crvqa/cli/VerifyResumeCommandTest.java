package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.client.FakeWorker;
import org.crvqa.cli.client.FakeWorker.Flaw;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.store.OpenStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class VerifyResumeCommandTest {
    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    private OpenStore store;

    @BeforeEach
    void openStore() {
        store = OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"));
        store.names().assign(Names.Kind.DATASET, "data", new ArtifactKey("a".repeat(64)), false);
        store.names().assign(Names.Kind.MODEL, "model", new ArtifactKey("b".repeat(64)), false);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void verify_resumedWithSameBytes_isProof() throws Exception {
        assertThat(verify(10, Flaw.NONE, "--output", "json")).isEqualTo(ExitCode.OK);

        JsonObject json = JsonParser.parseString(captured.out()).getAsJsonObject();
        assertThat(json.get("proved").getAsBoolean()).isTrue();
        assertThat(json.getAsJsonArray("stages")).hasSize(2).allSatisfy(element -> {
            JsonObject stage = element.getAsJsonObject();
            assertThat(stage.get("verdict").getAsString()).isEqualTo("equal");
            assertThat(stage.get("killed_digest")).isEqualTo(stage.get("whole_digest"));
            assertThat(stage.get("killed_key")).isNotEqualTo(stage.get("whole_key"));
            assertThat(stage.getAsJsonArray("kills")).hasSize(3).allSatisfy(k -> {
                int after = k.getAsJsonObject().get("after_step").getAsInt();
                int resumed = k.getAsJsonObject().get("resumed_at_step").getAsInt();
                assertThat(resumed).isEqualTo(after / 10 * 10).isPositive();
            });
        });
        assertThat(store.objects().list("tasks/")).isEmpty();
    }

    @Test
    void verify_table_saysWhatWasDone() throws Exception {
        assertThat(verify(10, Flaw.NONE, "--kills", "1", "--keep")).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("Stage 1: killed 1 times, resumed 1 times, the same files and metrics")
                .contains("Stage 2: killed 1 times");
        assertThat(captured.err()).contains("stage 1: killed after step");
        assertThat(store.objects().list("tasks/")).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Flaw.class,
            names = {"OTHER_BYTES_AFTER_RESUMING", "OTHER_METRIC_AFTER_RESUMING"})
    void verify_resumedWithOtherResult_fails(Flaw flaw) throws Exception {
        assertThat(verify(10, flaw)).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out())
                .contains(
                        flaw == Flaw.OTHER_BYTES_AFTER_RESUMING
                                ? "the results differ in their files"
                                : "the metrics loss/train");
    }

    @Test
    void verify_statesForgotten_isNoProofAlthoughEqual() throws Exception {
        assertThat(verify(10, Flaw.FORGETS_STATES)).isEqualTo(ExitCode.FAILED);
        assertThat(captured.err()).contains("began anew: no state had been saved");
        assertThat(captured.out())
                .contains("no proof, since nothing was resumed: every kill came before the first state");
    }

    @Test
    void verify_noStateInSoFewSteps_isNoProof() throws Exception {
        assertThat(verify(100, Flaw.NONE, "--steps", "60")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out()).contains("no state was saved in 60 steps", "CRVQA_CHECKPOINT_STEPS");
    }

    @Test
    void verify_statesFarApart_takesMoreSteps() throws Exception {
        assertThat(verify(300, Flaw.NONE)).isEqualTo(ExitCode.OK);
        assertThat(captured.err())
                .contains("stage 1: no state was saved in 200 steps; trying 800 steps")
                .contains("stage 1: states are up to 300 steps apart in 800 steps; trying 2405 steps");
    }

    @Test
    void verify_haltNotAllowed_saysWhatToSet() throws Exception {
        assertThat(verify(10, Flaw.REFUSES_TO_HALT)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("does not let itself be ended", "CRVQA_ALLOW_HALT=true");
    }

    @Test
    void verify_wrongUse_isExplained() throws Exception {
        assertThat(verify(10, Flaw.NONE, "--kills", "0")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("--trainer", "a", "--pruner", "b:1")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("--trainer", "a:1", "--pruner", "b:1", "--model", "model"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("--trainer", "a:1", "--pruner", "b:1", "--model", "model", "--dataset", "none"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("--kills")
                .contains("trainer's address 'a' is not of the form host:port")
                .contains("--model is given alone")
                .contains("no dataset 'none'", "There are: data");
    }

    @Test
    void verify_workerAway_endsWhenPatienceDoes() {
        assertThat(run(
                        "--trainer",
                        "localhost:1",
                        "--pruner",
                        "localhost:1",
                        "--dataset",
                        "data",
                        "--model",
                        "model",
                        "--patience-seconds",
                        "1"))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(captured.err()).contains("trainer at localhost:1 did not take work within 1 s: it is away");
    }

    private int verify(int cadence, Flaw flaw, String... more) throws Exception {
        try (FakeWorker worker = new FakeWorker(store.objects(), cadence, flaw)) {
            List<String> arguments = new ArrayList<>(List.of(
                    "--trainer",
                    worker.address(),
                    "--pruner",
                    worker.address(),
                    "--dataset",
                    "data",
                    "--model",
                    "model"));
            arguments.addAll(List.of(more));
            return run(arguments.toArray(String[]::new));
        }
    }

    private int run(String... arguments) {
        CliContext context = new CliContext(
                captured.console(),
                Map.of("CRVQA_STORE", folder.resolve("store").toUri().toString()),
                folder,
                folder.toString(),
                InstantSource.system());
        List<String> all = new ArrayList<>(List.of("verify-resume"));
        all.addAll(List.of(arguments));
        return Crvqa.run(context, all.toArray(String[]::new));
    }
}
