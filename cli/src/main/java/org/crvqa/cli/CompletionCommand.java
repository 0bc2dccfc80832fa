package org.crvqa.cli;

import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = {
            "Print what makes a shell complete commands and options.",
            "The shell reads it at its start, or from a file in its folder of completions."
        },
        footer = {
            "",
            "Examples:",
            "  source <(crvqa completion bash)                          now; or in ~/.bashrc",
            "  source <(crvqa completion zsh)                           now; or in ~/.zshrc",
            "  crvqa completion bash > ~/.local/share/bash-completion/completions/crvqa"
        })
final class CompletionCommand implements Runnable {
    /** A shell that can be told what to complete. */
    enum Shell {
        BASH,
        ZSH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "bash|zsh", description = "The shell: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.BASH;

    /** One script for both: picocli's makes zsh read completions of bash. */
    @Override
    public void run() {
        CommandLine top = spec.root().commandLine();
        String script = AutoComplete.bash("crvqa", top);
        spec.commandLine().getOut().print(shell == Shell.ZSH ? withoutFiles(script) : script);
        spec.commandLine().getOut().flush();
    }

    /** Zsh, told files by bash's rules, takes folders for files; told nothing, it completes files itself. */
    private static String withoutFiles(String script) {
        return script.replace("compgen -f -- ", ": ");
    }
}
