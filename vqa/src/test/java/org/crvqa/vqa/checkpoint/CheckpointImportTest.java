package org.crvqa.vqa.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.SourceFile;
import org.crvqa.vqa.model.ModelImport;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that PyTorch and Hugging Face wrote come in with the values that Python has; damaged ones do not. */
class CheckpointImportTest {
    private static final Path GOLDEN = Path.of("src/test/golden/checkpoints");
    private static final String INDEX = "model.safetensors.index.json";
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";
    private static final String QUERY = "lxmert.encoder.layer.0.attention.self.query.weight";

    @TempDir
    Path folder;

    private ObjectStore store;
    private ArtifactRepository repository;

    @BeforeEach
    void open() {
        store = ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
        repository = new ArtifactRepository(store, folder.resolve("cache"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource({
        "lxmert, lxmert, answer_head.logit_fc.0.weight",
        "lxmert-shards, lxmert, answer_head.logit_fc.0.weight",
        "lxmert-authors, lxmert, answer_head.logit_fc.0.weight",
        "lxmert-foreign, lxmert, f8_e4m3",
        "lxmert-wrapped, lxmert, module._orig_mod.quantised",
        "lxmert-finetuned, lxmert, logit_fc.0.weight",
        "visual_bert-shards, visual_bert, embeddings.position_ids",
        "visual_bert-authors, visual_bert, bert.cls.predictions.bias",
        "visual_bert-mmf, visual_bert, model.classifier.1.bias"
    })
    void importHuggingFace_folderOfPython_givesItsTensors(String from, String expected, String unexpected) {
        ModelImport.Result result = ModelImport.importHuggingFace(repository, GOLDEN.resolve(from));
        assertThat(result.unexpected()).contains(unexpected).noneMatch(name -> name.contains("encoder"));
        Artifact artifact = repository.open(new ArtifactKey(result.manifest().getKey()));
        try (SafetensorsReader found = SafetensorsReader.open(artifact.file("model.safetensors"));
                SafetensorsReader python = SafetensorsReader.open(GOLDEN.resolve(expected + ".safetensors"))) {
            assertThat(found.tensors()).hasSameSizeAs(python.tensors());
            for (TensorDeclaration tensor : python.declarations()) {
                assertThat(found.require(tensor.name(), tensor.shape()).elements())
                        .isPositive();
                assertThat(found.floats(tensor.name())).as(tensor.name()).isEqualTo(python.floats(tensor.name()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lxmert, ''",
        "lxmert-shards, ''",
        "visual_bert-shards, ''",
        "lxmert-authors, '\"module.\" was taken off; \"bert.\" is \"lxmert.\"'",
        "lxmert-wrapped, 'dictionary \"state_dict\"; \"module._orig_mod.\" was taken off'",
        "lxmert-finetuned, '\"lxrt_encoder.model.\" was taken off; \"bert.\" is \"lxmert.\"'",
        "visual_bert-authors, '\"bert.bert.\" is \"visual_bert.\"; 4 tensors of the visual embeddings'",
        "visual_bert-mmf, 'dictionary \"model\"; \"model.\" was taken off; \"bert.\" is \"visual_bert.\"; 4 tensors'"
    })
    void importHuggingFace_otherNames_saysWhatWasDone(String from, String expected) {
        List<String> remarks =
                ModelImport.importHuggingFace(repository, GOLDEN.resolve(from)).remarks();
        String[] parts = expected.isEmpty() ? new String[0] : expected.split("; ");
        assertThat(remarks).hasSameSizeAs(parts);
        for (int i = 0; i < parts.length; i++) {
            assertThat(remarks.get(i)).contains(parts[i]).endsWith(".");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "_orig_mod., _orig_mod.",
        "module.module., module.module.",
        "_orig_mod.module.model., _orig_mod.module.model.",
        "net.student., net.student."
    })
    void importHuggingFace_prefixOfAllNames_isTakenOff(String before, String said) throws IOException {
        Path copy = renamed(name -> before + name, TensorType.F32);
        ModelImport.Result result = ModelImport.importHuggingFace(repository, copy);
        assertThat(result.unexpected()).isEmpty();
        assertThat(result.remarks()).hasSize(1).first().asString().contains("The prefix \"" + said + "\" was taken");
    }

    @Test
    void importHuggingFace_neededTensorOfForeignType_isNamedWithItsType() throws IOException {
        Path copy = copy("lxmert-foreign");
        Path file = copy.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        // Swaps two names of the same length in the header: the unused tensor takes the needed one's place.
        String text = new String(bytes, StandardCharsets.ISO_8859_1)
                .replaceFirst("\"lxmert\\.pooler\\.dense\\.bias\"", "\"lxmert.pooler.dense.bios\"")
                .replaceFirst("\"f8_e4m3\":", "\"lxmert.pooler.dense.bias\":");
        int added = "lxmert.pooler.dense.bias".length() - "f8_e4m3".length();
        byte[] changed = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer header = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(0, header.getLong(0) + added);
        Files.write(file, changed);
        refused(copy)
                .withMessageContaining(
                        "1 tensor(s) that cannot be converted exactly: lxmert.pooler.dense.bias is of F8_E4M3")
                .withMessageContaining("expected F32, F16, BF16 or F64");
        assertThat(store.list("artifacts/")).isEmpty();
    }

    @Test
    void importHuggingFace_neededTensorOfIntegers_isNamedWithItsType() throws IOException {
        refused(renamed(name -> name, TensorType.I64)).withMessageContaining(QUERY + " is of I64");
    }

    @Test
    void importHuggingFace_misspeltName_showsTheNearest() throws IOException {
        Path copy = renamed(name -> name.equals(QUERY) ? name.replace("query", "qury") : name, TensorType.F32);
        refused(copy)
                .withMessageContaining("lacks 1 tensor(s): " + QUERY)
                .withMessageContaining("nearest names in it: " + QUERY.replace("query", "qury") + " for " + QUERY);
    }

    @Test
    void importHuggingFace_indexOmitsTensorNobodyNeeds_isTaken() throws IOException {
        Path copy = copy("lxmert-shards");
        String unused = "answer_head.logit_fc.0.weight";
        String index = Files.readString(copy.resolve(INDEX));
        Files.writeString(copy.resolve(INDEX), index.replaceFirst("\"" + unused + "\": \"[^\"]*\",", ""));
        assertThat(Files.readString(copy.resolve(INDEX))).doesNotContain(unused);
        assertThat(ModelImport.importHuggingFace(repository, copy).unexpected()).contains(unused);
    }

    @Test
    void importHuggingFace_fileWithoutTensors_saysWhatItHolds() throws IOException {
        Path copy = copy("lxmert");
        byte[] pickle = PickleWriter.start().raw("}").text("net").raw("}s.").bytes();
        PickleWriter.zip(copy.resolve("pytorch_model.bin"), Map.of("archive/data.pkl", pickle));
        refused(copy)
                .withMessageContaining("holds no tensors but net, expected")
                .withMessageContaining("state_dict");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.json | version https://git-lfs.github.com/spec/v1 | is a Git LFS pointer",
                "config.json | <!DOCTYPE html><html> | is an HTML page",
                "pytorch_model.bin | version https://git-lfs.github.com/spec/v1 | is a Git LFS pointer",
                "pytorch_model.bin | <html>Sign in</html> | is an HTML page",
                "pytorch_model.bin | '' | is empty",
                "model.safetensors | version https://git-lfs.github.com/spec/v1 | is a Git LFS pointer",
                "model.safetensors | <?xml version='1.0'?><Error/> | is an XML document",
                "model.safetensors.index.json | version https://git-lfs.github.com/spec/v1 | is a Git LFS pointer"
            },
            quoteCharacter = '`')
    void importHuggingFace_fileOfAnotherKind_isNamedWithItsKind(String name, String content, String expected)
            throws IOException {
        Path copy = copy("lxmert");
        Files.writeString(copy.resolve(name), content.equals("''") ? "" : content);
        refused(copy).withMessageContaining(name + " " + expected);
    }

    @Test
    void importHuggingFace_fileForFolderOrFolderForFile_isNamed() throws IOException {
        Path copy = copy("lxmert");
        refused(copy.resolve("pytorch_model.bin")).withMessageContaining("expected a folder with config.json");
        Files.createDirectory(copy.resolve("model.safetensors"));
        refused(copy).withMessageContaining("model.safetensors is a folder");
    }

    @Test
    void importHuggingFace_configWithByteOrderMark_isRead() throws IOException {
        Path copy = copy("lxmert");
        Path config = copy.resolve("config.json");
        Files.writeString(config, "\uFEFF" + Files.readString(config));
        assertThat(ModelImport.importHuggingFace(repository, copy).remarks()).isEmpty();
    }

    /** The small LXMERT in one file with other names; {@link #QUERY} is of this type. */
    private Path renamed(UnaryOperator<String> names, TensorType type) throws IOException {
        Path copy = copy("lxmert");
        Files.delete(copy.resolve("pytorch_model.bin"));
        try (SafetensorsReader python = SafetensorsReader.open(GOLDEN.resolve("lxmert.safetensors"));
                SafetensorsWriter writer = SafetensorsWriter.create(
                        copy.resolve("model.safetensors"),
                        python.declarations().stream()
                                .map(tensor -> new TensorDeclaration(
                                        names.apply(tensor.name()),
                                        tensor.name().equals(QUERY) ? type : tensor.type(),
                                        tensor.shape()))
                                .toList())) {
            for (TensorDeclaration tensor : python.declarations()) {
                String name = names.apply(tensor.name());
                if (tensor.name().equals(QUERY) && type == TensorType.I64) {
                    writer.writeLongs(name, new long[(int) tensor.elements()]);
                } else {
                    writer.writeFloats(name, python.floats(tensor.name()));
                }
            }
            writer.commit();
        }
        return copy;
    }

    @Test
    void importHuggingFace_visualBertShards_saysArchitectureAndEveryShard() throws IOException {
        Path from = GOLDEN.resolve("visual_bert-shards");
        Manifest manifest = ModelImport.importHuggingFace(repository, from).manifest();
        assertThat(manifest.getModel().getArchitecture()).isEqualTo(ModelArchitecture.MODEL_ARCHITECTURE_VISUAL_BERT);
        ModelSpec spec = manifest.getSpec().getModel();
        assertThat(spec.getArchitecture()).isEqualTo(ModelArchitecture.MODEL_ARCHITECTURE_VISUAL_BERT);
        assertThat(spec.getSharded().getFilesList())
                .extracting(SourceFile::getSha256)
                .containsExactly(Stream.of(
                                sha256(from.resolve("pytorch_model-00001-of-00002.bin")),
                                sha256(from.resolve("pytorch_model-00002-of-00002.bin")))
                        .sorted()
                        .toArray(String[]::new));
    }

    @Test
    void importHuggingFace_oneFile_saysItsDigest() throws IOException {
        Path from = GOLDEN.resolve("lxmert");
        ModelSpec spec = ModelImport.importHuggingFace(repository, from)
                .manifest()
                .getSpec()
                .getModel();
        assertThat(spec.getImported().getSha256()).isEqualTo(sha256(from.resolve("pytorch_model.bin")));
        assertThat(spec.getArchitecture()).isEqualTo(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT);
    }

    @Test
    void importHuggingFace_shardMissing_isNamed() throws IOException {
        Path copy = copy("lxmert-shards");
        Files.delete(copy.resolve(SECOND));
        refused(copy).withMessageContaining(INDEX + " names 1 file(s) that the folder lacks: " + SECOND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"../" + FIRST + "\"",
                "\"/etc/" + FIRST + "\"",
                "\"a\\\\" + FIRST + "\"",
                "\".safetensors\"",
                "\"config.json\"",
                "7",
                "null",
                "\"\""
            })
    void importHuggingFace_shardWithoutPlainName_isRefused(String value) throws IOException {
        Path copy = copy("lxmert-shards");
        replaceFirst(copy.resolve(INDEX), "\"" + FIRST + "\"", value);
        refused(copy).withMessageContaining(INDEX + ": weight_map: ").withMessageContaining("plain name");
    }

    @Test
    void importHuggingFace_indexAndShardsDisagree_isRefused() throws IOException {
        Path copy = copy("lxmert-shards");
        replaceFirst(copy.resolve(INDEX), FIRST, SECOND);
        refused(copy)
                .withMessageContaining("names 1 tensor(s) that are not there")
                .withMessageContaining(SECOND);

        Path other = copy("lxmert-shards");
        replaceFirst(other.resolve(INDEX), "\"" + QUERY + "\"", "\"" + QUERY + "s\"");
        refused(other).withMessageContaining(QUERY + "s in ");

        Path unnamed = copy("lxmert-shards");
        replaceFirst(unnamed.resolve(INDEX), "\"" + QUERY + "\": \"" + FIRST + "\",", "");
        refused(unnamed).withMessageContaining("lacks 1 tensor(s) of its files: " + QUERY + " in " + FIRST);

        Path twice = copy("lxmert-shards");
        Files.copy(twice.resolve(FIRST), twice.resolve(SECOND), StandardCopyOption.REPLACE_EXISTING);
        refused(twice).withMessageContaining("is in both ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[", "[]", "{}", "{\"weight_map\": []}", "{\"weight_map\": {}}", "{\"weight_map\": 1} 2"})
    void importHuggingFace_malformedIndex_isNamed(String text) throws IOException {
        Path copy = copy("lxmert-shards");
        Files.writeString(copy.resolve(INDEX), text);
        refused(copy).withMessageContaining(INDEX);
    }

    @Test
    void importHuggingFace_otherModelsConfig_namesShapesAndMissingTensors() throws IOException {
        Path copy = copy("lxmert");
        replaceFirst(copy.resolve("config.json"), "\"hidden_size\": 4", "\"hidden_size\": 8");
        refused(copy)
                .withMessageContaining("does not fit its config.json in ")
                .withMessageContaining("lxmert.embeddings.word_embeddings.weight is [9, 4], expected [9, 8]");

        Path deeper = copy("lxmert");
        replaceFirst(deeper.resolve("config.json"), "\"l_layers\": 1", "\"l_layers\": 2");
        refused(deeper)
                .withMessageContaining("lacks 16 tensor(s): lxmert.encoder.layer.1.attention.self.query.weight")
                .withMessageContaining("and 8 more. It holds besides: answer_head");
    }

    @Test
    void importHuggingFace_twoPrefixes_countsOneOnly() throws IOException {
        Path copy = renamed(name -> name.equals(QUERY) ? QUERY.substring(7) : name, TensorType.F32);
        refused(copy)
                .withMessageContaining("lacks 1 tensor(s): " + QUERY + ". It holds besides: " + QUERY.substring(7));
    }

    @Test
    void importHuggingFace_hostilePickle_isRefusedAndNothingStays() throws IOException {
        Path copy = copy("lxmert");
        byte[] pickle = PickleWriter.start()
                .raw("cposix\nsystem\n(")
                .text("touch " + folder.resolve("ran"))
                .raw("tR.")
                .bytes();
        PickleWriter.zip(copy.resolve("pytorch_model.bin"), Map.of("archive/data.pkl", pickle));
        refused(copy).withMessageContaining("refuses posix.system");
        assertThat(folder.resolve("ran")).doesNotExist();
        assertThat(store.list("artifacts/")).isEmpty();
    }

    private ThrowableAssertAlternative<InvalidInputException> refused(Path from) {
        return assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> ModelImport.importHuggingFace(repository, from));
    }

    private Path copy(String name) throws IOException {
        Path copy = Files.createTempDirectory(folder, name);
        try (Stream<Path> files = Files.list(GOLDEN.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static void replaceFirst(Path file, String old, String replacement) throws IOException {
        String text = Files.readString(file);
        int at = text.indexOf(old);
        assertThat(at).as("%s in %s", old, file).isNotNegative();
        Files.writeString(file, text.substring(0, at) + replacement + text.substring(at + old.length()));
    }

    private static String sha256(Path file) throws IOException {
        return Sha256.hex(file);
    }
}
