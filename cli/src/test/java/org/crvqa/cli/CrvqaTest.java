package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.crvqa.cli.console.CapturedConsole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrvqaTest {
    private static final String NOBODY = "localhost:1";

    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    private Path experiment;

    @BeforeEach
    void writeExperiment() throws Exception {
        experiment = Files.writeString(folder.resolve("e.yaml"), "name: e\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "local --help",
                "local up --help",
                "local down --help",
                "local status --help",
                "plan --help",
                "sparsity --help",
                "submit --help",
                "watch --help",
                "status --help",
                "tasks --help",
                "attempts --help",
                "events --help",
                "update --help",
                "pause --help",
                "resume --help",
                "operation --help",
                "report --help",
                "cancel --help",
                "retry --help",
                "waste --help",
                "list --help",
                "demo --help",
                "data import --help",
                "data inspect --help",
                "masks --help",
                "masks compare --help",
                "export --help",
                "provenance --help",
                "gc --help",
                "doctor --help",
                "bench --help",
                "verify-resume --help",
                "logs --help",
                "completion --help",
                "help --help"
            })
    void help_everyCommand_hasExamples(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("Examples:").contains("crvqa");
        // One that is wider than a terminal would go on in the first column.
        assertThat(captured.out()
                        .lines()
                        .dropWhile(line -> !line.equals("Examples:"))
                        .skip(1)
                        .takeWhile(line -> !line.isBlank()))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("  "));
    }

    @Test
    void run_unknownOption_isUsageErrorWithHint() {
        assertThat(run("list", "--limmit", "3")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("--limmit").contains("Try 'crvqa list --help'.");
    }

    @ParameterizedTest
    @CsvSource({
        "describe, crvqa status",
        "ls, crvqa list",
        "rm, crvqa cancel",
        "rm, crvqa gc",
        "ps, crvqa list",
        "stop, crvqa cancel",
        "stop, crvqa local down",
        "start, crvqa submit",
        "start, crvqa local up",
        "delete, crvqa cancel",
        "describe, crvqa show",
        "get, crvqa status",
        "top, crvqa list workers",
        "kill, crvqa cancel",
        "run, crvqa submit",
        "info, crvqa status",
        "log, crvqa logs",
        "statsu, crvqa status",
        "summit, crvqa submit",
        "local stop, crvqa local down",
        "local start, crvqa local up",
        "local ls, crvqa local status",
        "data ls, crvqa data inspect"
    })
    void run_wordOfAnotherProgram_meansACommand(String typed, String meant) {
        assertThat(run(typed.split(" "))).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("There is no command 'crvqa " + typed + "'.")
                .contains("  " + meant + "  ");
    }

    @Test
    void run_wordWithoutAnyMeaning_suggestsNothing() {
        assertThat(run("xylophone")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).doesNotContain("Did you mean").contains("All commands: 'crvqa --help'.");
    }

    @ParameterizedTest
    @CsvSource({
        "list --json, --output json",
        "list --limmit 3, --limit",
        "submit x --follow, --watch",
        "report x --format json, --output json",
        "list --host h:1, --coordinator",
        "local up --workers 3, --trainers --pruners --evaluators",
        "local up -Xmx2g, CRVQA_JAVA_OPTS='-Xmx2g'"
    })
    void run_optionOfAnotherProgram_meansOne(String typed, String meant) {
        assertThat(run(typed.split(" "))).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains(" has no option -").contains(meant);
    }

    @Test
    void help_ofACommandInAGroup_isItsHelp() {
        assertThat(run("help", "local", "up")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).startsWith("Usage: crvqa local up");
        assertThat(run("help", "lokal")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("crvqa local ");
    }

    @Test
    void run_configuredOutput_holdsWhereNothingElseIsSaid() throws Exception {
        Path config = Files.createDirectories(folder.resolve(".config/crvqa")).resolve("config.toml");
        Files.writeString(config, "coordinator = \"nowhere.invalid:9\"\n");
        assertThat(run("list")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(captured.err()).contains("nowhere.invalid:9");
        assertThat(run("list", "--coordinator", NOBODY)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(captured.err()).contains(NOBODY);

        Files.writeString(config, "coordinatr = \"x\"\n");
        assertThat(run("list")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("config.toml:1:1: unknown key 'coordinatr'");
        assertThat(run("list", "--help")).isEqualTo(ExitCode.OK);
    }

    @Test
    void logs_withoutALocalCluster_saysWhoseLogsTheseAre() {
        assertThat(run("logs", "0123456789ab")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("logs are read from the files of a local cluster alone");
        assertThat(run("logs", "0123456789ab", "--coordinator", "far:9100")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("far:9100 is not that of a local cluster");
        assertThat(run("logs", "lmh")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("'lmh' is not the key of a task");
    }

    @Test
    void dataInspect_storeThatIsNotThere_isNotMade() {
        Path none = folder.resolve("none");
        assertThat(run("data", "inspect", "x", "--store", none.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("There is no object store in ").contains("no such folder");
        assertThat(none).doesNotExist();
    }

    @Test
    void localUp_storeThatIsAFile_isSaidBeforeAnythingStarts() {
        assertThat(run("local", "up", "--store", experiment.toString())).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(captured.err())
                .contains("there is a file, expected a folder")
                .doesNotContain("\tat ")
                .doesNotContain("Starting");
    }

    @Test
    void dataImport_oneFormatMustBeNamed() {
        assertThat(run("data", "import", "--name", "x")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("--vqa-cp=DIR")
                .contains("--vqa-v2=DIR")
                .contains("--vqa-vs=DIR");
        assertThat(run("data", "import", "--name", "x", "--vqa-vs", "a", "--vqa-cp", "b"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("mutually exclusive");
    }

    @Test
    void dataImport_ofVqaVs_looksForItsFiles() {
        assertThat(run("data", "import", "--name", "x", "--feature-type", "float16", "--vqa-vs", folder.toString()))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("Training/Training-Ques.json").contains("*.tsv or *.tsv.gz");
    }

    @Test
    void run_missingFile_namesIt() {
        assertThat(run("plan", folder.resolve("none.yaml").toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("There is no file").contains("none.yaml");
    }

    @Test
    void run_malformedCoordinatorAddress_isBadInput() {
        assertThat(run("list", "--coordinator", "localhost")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("'localhost' is not of the form host:port");
    }

    @Test
    void run_noCoordinator_saysSoWithoutStackTrace() {
        assertThat(run("submit", experiment.toString(), "--coordinator", NOBODY))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(captured.err())
                .contains("Cannot reach the coordinator at " + NOBODY)
                .contains("crvqa local up")
                .doesNotContain("\tat ");
    }

    @Test
    void run_noCoordinatorWithDebug_printsStackTrace() {
        assertThat(run("--debug", "list", "--coordinator", NOBODY)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(captured.err()).contains("\tat org.crvqa");
    }

    @Test
    void localStatus_noCluster_endsAsUnreachable() {
        assertThat(run("local", "status")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(captured.err()).contains("No cluster runs in").contains("crvqa local up");
    }

    @Test
    void localDown_noCluster_isFine() {
        assertThat(run("local", "down")).isEqualTo(ExitCode.OK);
    }

    @Test
    void localUp_noTrainers_isBadInput() {
        assertThat(run("local", "up", "--trainers", "0")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("0 processes");
    }

    @Test
    void localUp_gpuOnAMachineWithoutOne_isBadInputWithAdvice() {
        assertThat(run("local", "up", "--device", "gpu")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("no program nvidia-smi on PATH").contains("docs/gpu.md");
    }

    private int run(String... arguments) {
        CliContext context = new CliContext(
                captured.console(),
                Map.of("CRVQA_LOCAL", folder.resolve("local").toString()),
                folder,
                folder.toString(),
                InstantSource.system());
        return Crvqa.run(context, arguments);
    }
}
