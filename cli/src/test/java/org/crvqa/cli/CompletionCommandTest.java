package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crvqa.cli.console.CapturedConsole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script of completions, in a real bash that reads it and is asked as by the tab key. */
@Timeout(60)
class CompletionCommandTest {
    /** Completes the last of its arguments by the function that the script registered. */
    private static final String TAB = """
            # Bash lets it be called in a completion that a key started, and in no other.
            compopt() { :; }
            source "$1" || exit 1
            shift
            [[ $(complete -p crvqa) =~ -F\\ ([^ ]+) ]] || exit 1
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
            "${BASH_REMATCH[1]}" crvqa "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\n' "${COMPREPLY[@]}"
            """;

    @TempDir
    private Path folder;

    private Path script;

    @BeforeEach
    void writeScript() throws Exception {
        script = folder.resolve("completion");
        Files.writeString(script, printed("bash"));
    }

    @ParameterizedTest
    @CsvSource({
        "rep|, report",
        "local |, up down status",
        "data im|, import",
        "help dat|, data",
        "completion |, bash zsh",
        "report e --outp|, --output",
        "report e --output |, table csv markdown latex json",
        "list --output |, table json",
        "report e --output j|, json",
        "history e -o c|, csv",
        "tasks e --state r|, ready running",
        "tasks e --kind pr|, prune",
        "tasks e --stage |, 1 2 3",
        "list --state pau|, paused",
        "export k --form c|, compact",
        "masks compare --by m|, matrix",
        "data import --boxes n|, normalized",
        "local up --device a|, auto",
    })
    void tab_beginning_isCompleted(String line, String expected) throws Exception {
        assertThat(completions(line)).containsExactly(expected.split(" "));
    }

    @Test
    void tab_nothingYet_offersEveryCommandThatIsShown() throws Exception {
        assertThat(completions("|"))
                .contains("demo", "submit", "verify-resume", "help")
                .noneMatch(word -> word.contains("bench-work") || word.contains("supervise"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"submit ", "plan ", "data import --vqa-cp ", "model import "})
    void tab_whereAFileIsExpected_offersFiles(String line) throws Exception {
        Path file = Files.createFile(folder.resolve("experiment.yaml"));

        assertThat(completions(line + folder.resolve("exp") + "|")).containsExactly(file.toString());
    }

    /** Zsh reads it by its emulation of bash; that it does was tried by hand, since not every machine has one. */
    @Test
    void completion_ofZsh_startsTheEmulationOfBash() {
        assertThat(printed("zsh"))
                .contains("bashcompinit", "complete -F _complete_crvqa -o default crvqa")
                .doesNotContain("compgen -f");
    }

    private static String printed(String shell) {
        CapturedConsole captured = new CapturedConsole();
        CliContext context =
                new CliContext(captured.console(), Map.of(), Path.of("/nowhere"), "/nowhere", InstantSource.system());
        assertThat(Crvqa.run(context, "completion", shell)).as(captured.err()).isEqualTo(ExitCode.OK);
        return captured.out();
    }

    /** What bash offers for the line, where {@code |} is the cursor. */
    private List<String> completions(String line) throws Exception {
        String[] words = ("crvqa " + line.substring(0, line.indexOf('|'))).split(" ", -1);
        List<String> command = new ArrayList<>(List.of("bash", "-c", TAB, "bash", script.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        bash.getOutputStream().close();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        return said.lines().filter(word -> !word.isEmpty()).toList();
    }
}
