package org.crvqa.vqa.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelExportTest {
    @TempDir
    Path folder;

    @Test
    void write_denseModel_keepsEveryValue() throws IOException {
        try (ExportFixture fixture = new ExportFixture(folder, ExportFixture.LXMERT)) {
            Path out = write(fixture, fixture.stage1.getKey(), ModelExport.Form.HUGGING_FACE, "dense");
            try (SafetensorsReader model = SafetensorsReader.open(out.resolve("model.safetensors"))) {
                assertThat(model.tensors()).hasSize(fixture.dense.size());
                fixture.dense.forEach((name, values) ->
                        assertThat(model.floats(name)).as(name).isEqualTo(values));
            }
            assertThat(out.resolve("mask.safetensors")).doesNotExist();
        }
    }

    @Test
    void write_subnetwork_hasZerosAndTheHeadOfStage2() throws IOException {
        try (ExportFixture fixture = new ExportFixture(folder, ExportFixture.LXMERT)) {
            Path out = write(fixture, fixture.stage2.getKey(), ModelExport.Form.HUGGING_FACE, "pruned");
            try (SafetensorsReader model = SafetensorsReader.open(out.resolve("model.safetensors"))) {
                fixture.head.forEach((name, values) ->
                        assertThat(model.floats(name)).as(name).isEqualTo(values));
                fixture.kept.forEach((name, kept) -> {
                    float[] values = model.floats(name);
                    for (int i = 0; i < kept.length; i++) {
                        float expected = kept[i] == 1 ? fixture.dense.get(name)[i] : 0f;
                        assertThat(values[i]).as(name).isEqualTo(expected);
                    }
                });
            }
            JsonNode config =
                    new ObjectMapper().readTree(out.resolve("config.json").toFile());
            assertThat(config.get("architectures").get(0).textValue()).isEqualTo("LxmertModel");
            assertThat(config.get("id2label").get("2").textValue()).isEqualTo("red");
            assertThat(Files.readString(out.resolve("README.md")))
                    .contains(fixture.stage1.getKey(), fixture.stage2.getKey(), "| language | 69.9", "### Dataset ");
        }
    }

    @Test
    void write_evaluation_putsItsScoresIntoTheCard() throws IOException {
        try (ExportFixture fixture = new ExportFixture(folder, ExportFixture.LXMERT)) {
            Manifest evaluation = evaluation(fixture);
            ExportSource source = ExportSource.find(fixture.repository, new ArtifactKey(evaluation.getKey()));
            assertThat(source.stages()).containsExactly(fixture.stage1, fixture.stage2);
            Path out = folder.resolve("scored");
            ModelExport.write(source, List.of(evaluation), ModelExport.Form.HUGGING_FACE, out, false, bytes -> {});
            assertThat(Files.readString(out.resolve("README.md")))
                    .contains("| test/all | 59.40 % |", "Evaluation " + evaluation.getKey());

            ExportSource dense = ExportSource.find(fixture.repository, new ArtifactKey(fixture.stage1.getKey()));
            assertThatThrownBy(() -> ModelExport.write(
                            dense,
                            List.of(evaluation.toBuilder().clearInputKeys().build()),
                            ModelExport.Form.HUGGING_FACE,
                            folder.resolve("other"),
                            false,
                            bytes -> {}))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no evaluation of checkpoint");
            assertThat(folder.resolve("other")).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ExportFixture.LXMERT, ExportFixture.VISUAL_BERT})
    void compact_at70PercentZeros_isSmallAndRestoresEveryBit(String config) throws IOException {
        try (ExportFixture fixture = new ExportFixture(folder, config)) {
            Path dense = write(fixture, fixture.stage2.getKey(), ModelExport.Form.HUGGING_FACE, "pruned");
            ExportSource source = ExportSource.find(fixture.repository, new ArtifactKey(fixture.stage2.getKey()));
            Path compact = folder.resolve("compact");
            Optional<CompactFile.Sizes> sizes =
                    ModelExport.write(source, List.of(), ModelExport.Form.COMPACT, compact, false, bytes -> {});
            // 30 % of the values and one bit for each; small matrices round both up.
            assertThat(sizes.orElseThrow().ratio()).isBetween(0.331, 0.36);

            Path restored = folder.resolve("restored");
            ModelExport.restore(compact, restored, false, bytes -> {});
            for (String name : List.of("model.safetensors", "mask.safetensors", "config.json", "README.md")) {
                assertThat(restored.resolve(name)).as(name).hasSameBinaryContentAs(dense.resolve(name));
            }
        }
    }

    @Test
    void compact_denseModel_isRefusedAndLeavesNothing() throws IOException {
        try (ExportFixture fixture = new ExportFixture(folder, ExportFixture.LXMERT)) {
            assertThatThrownBy(() -> write(fixture, fixture.stage1.getKey(), ModelExport.Form.COMPACT, "dense"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no mask");
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("store", "cache");
            }
        }
    }

    @Test
    void write_takenFolder_needsReplace() throws IOException {
        try (ExportFixture fixture = new ExportFixture(folder, ExportFixture.LXMERT)) {
            Path out = Files.createDirectory(folder.resolve("taken"));
            Files.writeString(out.resolve("mine.txt"), "mine");
            assertThatThrownBy(() -> write(fixture, fixture.stage1.getKey(), ModelExport.Form.HUGGING_FACE, "taken"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is there already");
            assertThat(out.resolve("mine.txt")).hasContent("mine");

            ExportSource source = ExportSource.find(fixture.repository, new ArtifactKey(fixture.stage1.getKey()));
            ModelExport.write(source, List.of(), ModelExport.Form.HUGGING_FACE, out, true, bytes -> {});
            assertThat(out.resolve("mine.txt")).doesNotExist();
            assertThat(out.resolve("model.safetensors")).exists();
        }
    }

    @Test
    void restore_damagedFile_isRefusedCleanly() throws IOException {
        try (ExportFixture fixture = new ExportFixture(folder, ExportFixture.LXMERT)) {
            Path compact = write(fixture, fixture.stage2.getKey(), ModelExport.Form.COMPACT, "compact");
            Path file = compact.resolve(ModelExport.COMPACT);
            byte[] good = Files.readAllBytes(file);
            int refused = 0;
            for (int seed = 0; seed < 300; seed++) {
                Random random = new Random(seed);
                byte[] damaged = good.clone();
                // Header and metadata are where structure is; a flipped weight is a valid other weight.
                damaged[random.nextInt(Math.min(good.length, 6000))] = (byte) random.nextInt(256);
                Files.write(file, damaged);
                try {
                    ModelExport.restore(compact, folder.resolve("restored"), true, bytes -> {});
                } catch (InvalidInputException e) {
                    assertThat(e).hasMessageContaining(file.getFileName().toString());
                    refused++;
                } catch (RuntimeException e) {
                    fail("seed " + seed, e);
                }
            }
            assertThat(refused).isPositive();
        }
    }

    /** With CRVQA_PYTHON naming an interpreter that has torch and transformers. */
    @ParameterizedTest
    @ValueSource(strings = {ExportFixture.LXMERT, ExportFixture.VISUAL_BERT})
    void write_subnetwork_loadsWithTransformers(String config) throws Exception {
        String python = System.getenv("CRVQA_PYTHON");
        assumeTrue(python != null, "CRVQA_PYTHON does not name a Python with torch and transformers");
        try (ExportFixture fixture = new ExportFixture(folder, config)) {
            Path out = write(fixture, fixture.stage2.getKey(), ModelExport.Form.HUGGING_FACE, "pruned");
            Process process = new ProcessBuilder(
                            python,
                            Path.of("src", "test", "python", "load_export.py").toString(),
                            out.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said).contains("loaded " + fixture.config.shapes().size() + " tensors");
        }
    }

    private Path write(ExportFixture fixture, String key, ModelExport.Form form, String name) {
        Path out = folder.resolve(name);
        ExportSource source = ExportSource.find(fixture.repository, new ArtifactKey(key));
        ModelExport.write(source, List.of(), form, out, false, bytes -> {});
        return out;
    }

    private static Manifest evaluation(ExportFixture fixture) throws IOException {
        TaskSpec spec = TaskSpec.newBuilder()
                .setAlgorithmVersion(2)
                .setEvaluate(EvaluateSpec.newBuilder()
                        .setSubnetwork(Subnetwork.newBuilder()
                                .setStage1Key(fixture.stage1.getKey())
                                .setStage2Key(fixture.stage2.getKey())))
                .build();
        try (ArtifactDraft draft = fixture.repository.draft(spec)) {
            Files.writeString(draft.file("predictions-test.json"), "[]");
            return draft.commit(Manifest.newBuilder()
                    .addInputKeys(fixture.stage1.getKey())
                    .addInputKeys(fixture.stage2.getKey())
                    .putMetrics("accuracy/test/all", 0.594)
                    .build());
        }
    }
}
