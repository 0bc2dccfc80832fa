package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.cli.console.CapturedConsole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelImportCommandTest {
    private static final Path CHECKPOINTS = Path.of("../vqa/src/test/golden/checkpoints");

    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "lxmert, answer_head.logit_fc.0.weight, 'fusion '",
        "lxmert-shards, answer_head.logit_fc.0.weight, 'fusion '",
        "visual_bert-shards, embeddings.position_ids, 'language 148, pooler 16'"
    })
    void import_folderOfPython_listsWhatIsLeftOut(String from, String leftOut, String maskable) {
        int code = run("model", "import", CHECKPOINTS.resolve(from).toString(), "--name", "mine");
        assertThat(code).as(captured.err()).isEqualTo(ExitCode.OK);
        assertThat(captured.err())
                .contains("tensors that the model does not use were left out:")
                .contains("  " + leftOut);
        assertThat(captured.out()).contains("model mine  key ").contains(maskable);
    }

    @Test
    void import_namesOfAuthorsInAnEntry_saysWhatWasDone() {
        int code = run("model", "import", CHECKPOINTS.resolve("visual_bert-mmf").toString(), "--name", "mine");
        assertThat(code).as(captured.err()).isEqualTo(ExitCode.OK);
        assertThat(captured.err())
                .contains("are in its dictionary \"model\".")
                .contains("The prefix \"model.\" was taken off the names of the tensors.")
                .contains("\"bert.\" is \"visual_bert.\".")
                .contains("  model.classifier.1.bias");
    }

    @Test
    void takenName_isRefusedBeforeTheWork() throws IOException {
        String config = CHECKPOINTS.resolve("lxmert/config.json").toString();
        assertThat(run("model", "init", config, "--name", "mine"))
                .as(captured.err())
                .isEqualTo(ExitCode.OK);
        assertThat(run("model", "init", config, "--name", "mine"))
                .as("the same again")
                .isEqualTo(ExitCode.OK);
        List<Path> before = artifacts();

        assertThat(run("model", "init", config, "--name", "mine", "--seed", "1"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("model", "import", CHECKPOINTS.resolve("lxmert").toString(), "--name", "mine"))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("The name 'mine' in names/models already stands for")
                .contains("--replace");
        assertThat(artifacts()).isEqualTo(before);
    }

    private List<Path> artifacts() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store/artifacts"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void import_formBefore16_isBadInputWithAdvice() throws IOException {
        Files.copy(CHECKPOINTS.resolve("lxmert/config.json"), folder.resolve("config.json"));
        Files.copy(CHECKPOINTS.resolve("legacy.bin"), folder.resolve("pytorch_model.bin"));
        int code = run("model", "import", folder.toString(), "--name", "mine");
        assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("before version 1.6").contains("torch.save(torch.load(");
    }

    private int run(String... arguments) {
        CliContext context = new CliContext(
                captured.console(),
                Map.of("CRVQA_STORE", folder.resolve("store").toUri().toString()),
                folder,
                folder.toString(),
                InstantSource.system());
        return Crvqa.run(context, arguments);
    }
}
