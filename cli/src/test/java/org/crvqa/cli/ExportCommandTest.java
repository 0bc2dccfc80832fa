package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    private static final String CONFIG = """
            {"model_type": "lxmert", "vocab_size": 9, "hidden_size": 4, "num_attention_heads": 2, "intermediate_size": 8,
             "max_position_embeddings": 5, "l_layers": 1, "r_layers": 1, "x_layers": 1, "visual_feat_dim": 3}""";

    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    @Test
    void export_denseCheckpoint_writesTheFolderAndNamesItsFiles() throws IOException {
        String key = trained();
        Path out = folder.resolve("out");

        assertThat(run("export", key, "--out", out.toString())).isZero();

        assertThat(captured.out()).contains("wrote " + out, "model.safetensors", "README.md");
        assertThat(out.resolve("config.json")).content().contains("LxmertModel", "\"yes\" : 0");

        assertThat(run("export", key, "--out", out.toString())).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("is there already", "--replace");
        assertThat(run("export", key, "--out", out.toString(), "--replace", "--output", "json"))
                .isZero();
        assertThat(captured.out()).contains("\"model.safetensors\"");
    }

    @Test
    void export_wrongInput_saysWhat() throws IOException {
        String key = trained();
        String out = folder.resolve("out").toString();

        assertThat(run("export", "lmh", "--out", out)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("\"lmh\" is no artifact key");
        assertThat(run("export", key, "--form", "onnx", "--out", out)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("--form is \"onnx\", expected hugging-face or compact");
        assertThat(run("export", key, "--form", "compact", "--out", out)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("has no mask");
        assertThat(run("unpack", folder.toString(), "--out", out)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("There is no file", "model.compact.safetensors");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private String trained() throws IOException {
        try (OpenStore store =
                OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"))) {
            String dataset;
            TaskSpec sources = TaskSpec.newBuilder()
                    .setDataset(DatasetSpec.getDefaultInstance())
                    .build();
            try (ArtifactDraft draft = store.artifacts().draft(sources)) {
                Files.writeString(
                        draft.file("dataset.json"),
                        "{\"answers\":[\"yes\",\"no\"],\"cls_id\":2,\"feature_dim\":3,\"format\":2,\"max_boxes\":3,"
                                + "\"question_types\":[\"is\"],\"sep_id\":3,\"splits\":[\"train\"],\"subsets\":[],"
                                + "\"vocabulary_size\":9}");
                Files.writeString(draft.file("vocab.txt"), "[PAD]\n");
                dataset = draft.commit(Manifest.getDefaultInstance()).getKey();
            }
            TaskSpec train = TaskSpec.newBuilder()
                    .setTrain(TrainSpec.newBuilder().setDatasetKey(dataset))
                    .build();
            try (ArtifactDraft draft = store.artifacts().draft(train)) {
                Files.writeString(draft.file("config.json"), CONFIG);
                weights(draft.file("model.safetensors"));
                return draft.commit(Manifest.getDefaultInstance()).getKey();
            }
        }
    }

    private static void weights(Path file) {
        ModelConfig config = ModelConfig.parse(CONFIG, "config.json");
        Map<String, long[]> shapes = new LinkedHashMap<>(config.shapes());
        shapes.putAll(HeadParameters.shapes(config.hiddenSize(), 2));
        List<TensorDeclaration> tensors = shapes.entrySet().stream()
                .map(shape -> TensorDeclaration.f32(shape.getKey(), shape.getValue()))
                .toList();
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors)) {
            WeightInit init = new WeightInit(1);
            for (TensorDeclaration tensor : tensors) {
                writer.writeFloats(tensor.name(), init.linear(tensor.name(), (int) tensor.elements(), 4));
            }
            writer.commit();
        }
    }

    private int run(String... arguments) {
        Map<String, String> environment = Map.of(
                "CRVQA_STORE", folder.resolve("store").toUri().toString(),
                "CRVQA_CACHE", folder.resolve("cache").toString());
        CliContext context =
                new CliContext(captured.console(), environment, folder, folder.toString(), InstantSource.system());
        return Crvqa.run(context, arguments);
    }
}
