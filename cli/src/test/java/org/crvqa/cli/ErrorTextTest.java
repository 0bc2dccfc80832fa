package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.crvqa.cli.console.CapturedConsole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures as programs read them. */
class ErrorTextTest {
    private static final String NOBODY = "localhost:1";

    @TempDir
    private Path folder;

    private final CapturedConsole captured = new CapturedConsole();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list --output json --coordinator localhost:1",
                "list --output=json --coordinator localhost:1",
                "list -o json --coordinator localhost:1",
                "list -ojson --coordinator localhost:1",
                "list --coordinator localhost:1 -o JSON"
            })
    void failure_jsonAskedFor_isOneObjectOnStderr(String arguments) throws Exception {
        int exit = run(Map.of(), arguments.split(" "));

        assertThat(exit).isEqualTo(ExitCode.UNREACHABLE);
        JsonNode error = error();
        assertThat(error.get("message").textValue()).contains("Cannot reach the coordinator at " + NOBODY);
        assertThat(error.get("hint").textValue()).contains("crvqa local up");
        assertThat(error.get("exit_code").intValue()).isEqualTo(exit);
        assertThat(captured.out()).isEmpty();
    }

    @Test
    void usageError_jsonAskedFor_isOneObjectToo() throws Exception {
        assertThat(run(Map.of(), "report", "e", "--output", "json", "--bye")).isEqualTo(ExitCode.BAD_INPUT);

        assertThat(error().get("message").textValue()).isEqualTo("'crvqa report' has no option --bye");
        assertThat(error().get("hint").textValue()).contains("\n").endsWith("Try 'crvqa report --help'.");
        assertThat(error().get("exit_code").intValue()).isEqualTo(ExitCode.BAD_INPUT);
    }

    @Test
    void failure_jsonIsTheDefaultOfTheEnvironment_isJsonWhereTheCommandHasTheOption() throws Exception {
        Map<String, String> json = Map.of("CRVQA_OUTPUT", "json");

        assertThat(run(json, "list", "--coordinator", NOBODY)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(error().get("exit_code").intValue()).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(run(json, "list", "--coordinator", NOBODY, "--output", "table"))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(captured.err()).contains("\ncrvqa: Cannot reach");
        assertThat(run(json, "logs", "lmh")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("\ncrvqa: 'lmh' is not the key of a task");
    }

    @Test
    void failure_jsonIsTheDefaultOfTheFile_isJson() throws Exception {
        Path config = Files.createDirectories(folder.resolve(".config/crvqa")).resolve("config.toml");
        Files.writeString(config, "output = \"json\"\n");

        assertThat(run(Map.of(), "list", "--coordinator", NOBODY)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(error().get("exit_code").intValue()).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void brokenFileOfDefaults_jsonAskedFor_isOneObjectToo() throws Exception {
        Path config = Files.createDirectories(folder.resolve(".config/crvqa")).resolve("config.toml");
        Files.writeString(config, "coordinatr = \"x\"\n");

        assertThat(run(Map.of(), "list", "-o", "json")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(error().get("message").textValue()).contains("unknown key 'coordinatr'");
    }

    /** What a path is called, or a note says, asks for nothing. */
    @Test
    void failure_theWordStandsElsewhere_isText() throws Exception {
        assertThat(run(Map.of(), "plan", "--coordinator", NOBODY, "--", "--output=json"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).startsWith("crvqa: There is no file --output=json");
    }

    private int run(Map<String, String> environment, String... arguments) {
        CliContext context =
                new CliContext(captured.console(), environment, folder, folder.toString(), InstantSource.system());
        return Crvqa.run(context, arguments);
    }

    /** Its text must be one line, and nothing else. */
    private JsonNode error() throws Exception {
        assertThat(captured.err().lines()).hasSize(1);
        return new ObjectMapper().readTree(captured.err()).get("error");
    }
}
