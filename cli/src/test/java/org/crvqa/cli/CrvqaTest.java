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
                "verify-resume --help"
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
