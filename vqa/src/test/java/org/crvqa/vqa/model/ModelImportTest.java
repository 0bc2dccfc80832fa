package org.crvqa.vqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelImportTest {
    private static final String CONFIG = """
            {"model_type": "lxmert", "vocab_size": 11, "hidden_size": 4, "num_attention_heads": 2,
             "intermediate_size": 6, "max_position_embeddings": 5, "l_layers": 1, "x_layers": 1, "r_layers": 1,
             "visual_feat_dim": 3, "initializer_range": 0.1, "visual_loss_normalizer": 6.67}
            """;
    private static final String QUERY = "lxmert.encoder.layer.0.attention.self.query.weight";

    @TempDir
    Path folder;

    private ObjectStore store;
    private ArtifactRepository repository;
    private Path config;
    private Map<String, long[]> shapes;

    @BeforeEach
    void open() throws IOException {
        store = ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
        repository = new ArtifactRepository(store, folder.resolve("cache"));
        config = Files.writeString(folder.resolve("config.json"), CONFIG);
        shapes = ModelConfig.parse(CONFIG, "config.json").shapes();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void initialise_config_storesDrawnWeightsAndCounts() throws IOException {
        Manifest manifest = ModelImport.initialise(repository, config, 7);
        Artifact artifact = repository.open(new ArtifactKey(manifest.getKey()));
        try (SafetensorsReader reader = SafetensorsReader.open(artifact.file("model.safetensors"))) {
            assertThat(reader.tensors()).hasSize(shapes.size());
            assertThat(reader.floats(QUERY))
                    .isEqualTo(new WeightInit(7).encoder(ModelConfig.parse(CONFIG, "config.json"), QUERY));
        }
        assertThat(artifact.file("config.json")).content().startsWith("{\"hidden_size\":4,");
        var summary = manifest.getModel();
        assertThat(summary.getParameters())
                .isEqualTo(shapes.values().stream()
                        .mapToLong(shape -> Stream.of(shape)
                                .mapToLong(s -> s.length == 1 ? s[0] : s[0] * s[1])
                                .sum())
                        .sum());
        // Words 11x4; language layer 4x(4x4) + 2x(4x6).
        assertThat(summary.getMaskableMap())
                .containsEntry("language", 44L + 64 + 48)
                .containsEntry("vision", 4L * 3 + 4 * 4 + 64 + 48)
                .containsEntry("fusion", 3 * 64L + 2 * 48)
                .containsEntry("pooler", 16L);
        assertThat(summary.getVocabularySize()).isEqualTo(11);
        assertThat(summary.getFeatureDim()).isEqualTo(3);
    }

    @Test
    void initialise_sameConfigOtherLayoutOfText_isTheSameModel() throws IOException {
        Manifest first = ModelImport.initialise(repository, config, 7);
        Files.writeString(config, CONFIG.replace(" ", "").replace("0.1", "1e-1"));
        assertThat(ModelImport.initialise(repository, config, 7)).isEqualTo(first);
        assertThat(ModelImport.initialise(repository, config, 8).getKey()).isNotEqualTo(first.getKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lxmert.", ""})
    void importHuggingFace_withOrWithoutPrefix_storesTheTensorsAndNamesTheRest(String prefix) {
        writeCheckpoint(prefix, List.of(), TensorDeclaration.f32("cls.predictions.bias", 2));
        ModelImport.Result result = ModelImport.importHuggingFace(repository, folder);
        assertThat(result.unexpected()).containsExactly("cls.predictions.bias");
        Artifact artifact = repository.open(new ArtifactKey(result.manifest().getKey()));
        try (SafetensorsReader reader = SafetensorsReader.open(artifact.file("model.safetensors"))) {
            assertThat(reader.tensors().stream().map(entry -> entry.name())).containsExactlyElementsOf(shapes.keySet());
            int place = new ArrayList<>(shapes.keySet()).indexOf(QUERY);
            assertThat(reader.floats(QUERY)).hasSize(16).containsOnly(place);
        }
    }

    @Test
    void importHuggingFace_tensorsMissing_areListedAndNothingStays() {
        writeCheckpoint("lxmert.", List.of(QUERY, "lxmert.pooler.dense.bias"));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ModelImport.importHuggingFace(repository, folder))
                .withMessageContaining("model.safetensors lacks 2 tensor(s): " + QUERY + "; lxmert.pooler.dense.bias");
        assertThat(store.list("artifacts/")).isEmpty();
    }

    @Test
    void importHuggingFace_otherShape_namesBoth() {
        writeCheckpoint("lxmert.", List.of(QUERY), TensorDeclaration.f32(QUERY, 2, 8));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ModelImport.importHuggingFace(repository, folder))
                .withMessageContaining(QUERY + " is [2, 8], expected [4, 4]");
    }

    @Test
    void importHuggingFace_notFinite_namesTheTensor() {
        try (SafetensorsWriter writer = SafetensorsWriter.create(
                folder.resolve("model.safetensors"),
                shapes.entrySet().stream()
                        .map(shape -> TensorDeclaration.f32(shape.getKey(), shape.getValue()))
                        .toList())) {
            shapes.forEach((name, shape) -> {
                float[] values = new float[(int) (shape.length == 1 ? shape[0] : shape[0] * shape[1])];
                values[values.length - 1] = name.equals(QUERY) ? Float.NaN : 0;
                writer.writeFloats(name, values);
            });
            writer.commit();
        }
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ModelImport.importHuggingFace(repository, folder))
                .withMessageContaining(QUERY)
                .withMessageContaining("holds NaN at element 15");
        assertThat(store.list("artifacts/")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1e999, has no canonical form", "'\"\\ud800\"', holds half of a surrogate pair"})
    void initialise_configWithoutCanonicalForm_isNamed(String value, String expected) throws IOException {
        Files.writeString(config, CONFIG.replace("6.67", value));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ModelImport.initialise(repository, config, 1))
                .withMessageContaining(config + " " + expected);
        assertThat(store.list("artifacts/")).isEmpty();
    }

    @Test
    void initialise_hugeConfig_isRefusedUnread() throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(config.toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ModelImport.initialise(repository, config, 1))
                .withMessageContaining(config + " has more than");
    }

    @Test
    void importHuggingFace_filesMissing_areNamed() throws IOException {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ModelImport.importHuggingFace(repository, folder))
                .withMessageContaining("no model.safetensors or pytorch_model.bin in " + folder);
        Files.delete(config);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ModelImport.importHuggingFace(repository, folder))
                .withMessageContaining("no file " + config);
    }

    /** All parameters but those left out, each filled with its place in the state dict, and then another tensor. */
    private void writeCheckpoint(String prefix, List<String> leftOut, TensorDeclaration... others) {
        List<String> names = new ArrayList<>(shapes.keySet());
        List<TensorDeclaration> tensors = new ArrayList<>();
        for (String name : names) {
            if (!leftOut.contains(name)) {
                tensors.add(TensorDeclaration.f32(prefix + name.substring("lxmert.".length()), shapes.get(name)));
            }
        }
        int own = tensors.size();
        tensors.addAll(List.of(others));
        try (SafetensorsWriter writer = SafetensorsWriter.create(folder.resolve("model.safetensors"), tensors)) {
            for (int i = 0; i < tensors.size(); i++) {
                float[] values = new float[(int) tensors.get(i).elements()];
                if (i < own) {
                    String bare = tensors.get(i).name().substring(prefix.length());
                    Arrays.fill(values, names.indexOf("lxmert." + bare));
                }
                writer.writeFloats(tensors.get(i).name(), values);
            }
            writer.commit();
        }
    }
}
