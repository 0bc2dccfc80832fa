package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.SubsetSummary;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.DatasetFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiny VQA-CP v2 laid out as VQA v2 and as VQA-VS: its training questions as Val again, its test as IID-Test. */
class DatasetFormatsTest {
    private static final List<String> SETS =
            List.of("QT", "KW", "KWP", "QT+KW", "KO", "KOP", "QT+KO", "KW+KO", "QT+KW+KO");
    private static final ImportOptions OPTIONS = new ImportOptions(1, List.of("train"), "train", 5);

    @TempDir
    Path folder;

    private SmallVqaCp source;

    @BeforeEach
    void writeSource() {
        source = new SmallVqaCp(folder);
    }

    @Test
    void vqaV2_objectsAroundTheLists_areUnwrapped() {
        vqaV2();
        Manifest manifest = source.run(sources(DatasetFormat.DATASET_FORMAT_VQA_V2), OPTIONS);
        try (Dataset dataset = source.open(manifest)) {
            assertThat(dataset.splitNames()).containsExactly("train", "val");
            assertThat(dataset.split("train").size()).isEqualTo(4);
            assertThat(dataset.split("val").questionId(1)).isEqualTo(6);
            assertThat(dataset.subsets()).isEmpty();
        }
        assertThat(manifest.getDataset().getFormat()).isEqualTo(DatasetFormat.DATASET_FORMAT_VQA_V2);
        assertThat(manifest.getSpec().getDataset().getFormat()).isEqualTo(DatasetFormat.DATASET_FORMAT_VQA_V2);
    }

    @Test
    void vqaVs_foldersOfSets_becomeSubsetsOfTheIidTest() {
        vqaVs();
        for (String set : SETS) {
            source.write(
                    "OOD-Test/" + set + "/OOD-Test-" + set + "-Ques.json",
                    SmallVqaCp.list(
                            set.equals("KO")
                                    ? new String[] {
                                        SmallVqaCp.question(6, 9, "What color?"),
                                        SmallVqaCp.question(5, 8, "How many cats?")
                                    }
                                    : new String[] {SmallVqaCp.question(6, 9, "What color?")}));
        }
        requireSubsets(source.run(sources(DatasetFormat.DATASET_FORMAT_VQA_VS), OPTIONS));
    }

    @Test
    void vqaVs_idListsOfTheAnnotations_becomeSubsetsOfTheIidTest() throws IOException {
        vqaVs();
        String annotations = Files.readString(source.file("IID-Test/IID-Test-Ans.json"));
        source.write("IID-Test/IID-Test-Ans.json", "{\"annotations\": " + annotations + idLists("[6, 5, 6]") + "}");
        requireSubsets(source.run(sources(DatasetFormat.DATASET_FORMAT_VQA_VS), OPTIONS));
    }

    @Test
    void vqaVs_packedAnnotations_becomeSubsetsOfTheIidTest() {
        vqaVs();
        source.write("test_annotations.json", "{\"annotations\": [{\"answer_count\": {}}]" + idLists("[6, 5]") + "}");
        requireSubsets(source.run(sources(DatasetFormat.DATASET_FORMAT_VQA_VS), OPTIONS));
    }

    @Test
    void vqaVs_noIdLists_isRefused() {
        vqaVs();
        refused("IID-Test-Ans.json is no JSON object, expected one with the lists of question ids QT_qid, KW_qid");
    }

    @Test
    void vqaVs_listMissing_isNamed() {
        vqaVs();
        source.write(
                "test_annotations.json", "{\"KO_qid\": [5]" + idLists("[6]").replace("QTKW_qid", "QTK_qid") + "}");
        refused("Duplicate field 'KO_qid'");
        source.write("test_annotations.json", "{\"x\": 0" + idLists("[6]").replace("QTKW_qid", "QTK_qid") + "}");
        refused("test_annotations.json has no list of question ids QTKW_qid");
    }

    @Test
    void vqaVs_wrongIds_areRefused() {
        vqaVs();
        source.write("test_annotations.json", "{\"x\": 0" + idLists("[6, 7, 8]") + "}");
        refused("2 question ids of subset ko are not in split iid-test, the first is 7");
        source.write("test_annotations.json", "{\"x\": 0" + idLists("[6, \"5\"]") + "}");
        refused("field KO_qid: expected a list of whole numbers");
        source.write("test_annotations.json", "{\"x\": 0" + idLists("[]") + "}");
        refused("field KO_qid lists no question");
        source.write("test_annotations.json", "{\"x\": 0" + idLists("{}") + "}");
        refused("field KO_qid: expected a list of question ids");
        source.write("test_annotations.json", "{\"x\": 0" + idLists("[99999999999999999999]") + "}");
        refused("not valid JSON: Numeric value (99999999999999999999) out of range of long");
    }

    @Test
    void vqaVs_filesMissing_areListed() {
        source.write("OOD-Test/QT/OOD-Test-QT-Ques.json", "[]");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> sources(DatasetFormat.DATASET_FORMAT_VQA_VS))
                .withMessageContaining(
                        "missing: Training/Training-Ques.json, Training/Training-Ans.json, Val/Val-Ques.json")
                .withMessageContaining("OOD-Test/QT+KW+KO/OOD-Test-QT+KW+KO-Ques.json");
    }

    @Test
    void run_gzippedFiles_giveTheSameDataset() throws IOException {
        Manifest plain = source.run();
        for (String name : List.of(SmallVqaCp.TRAIN_QUESTIONS, SmallVqaCp.TEST_ANNOTATIONS, SmallVqaCp.FEATURES)) {
            gzip(name);
        }
        Manifest packed = source.run();
        assertThat(packed.getKey()).as("the key names the sources' bytes").isNotEqualTo(plain.getKey());
        assertThat(packed.getFilesList()).isEqualTo(plain.getFilesList());
    }

    @Test
    void run_brokenGzip_isNamed() throws IOException {
        gzip(SmallVqaCp.FEATURES);
        Path file = source.file(SmallVqaCp.FEATURES + ".gz");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(source::run)
                .withMessage(file + " is packed and ends too early: it was cut, such as by a download that broke off");
        Files.writeString(file, "no gzip");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(source::run)
                .withMessageContaining(file + " is not packed with gzip, as its name says, but text");
        assertThat(source.leftovers()).isEmpty();
    }

    private void gzip(String name) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(source.file(name + ".gz")))) {
            Files.copy(source.file(name), out);
        }
        Files.delete(source.file(name));
    }

    private void refused(String message) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> source.run(sources(DatasetFormat.DATASET_FORMAT_VQA_VS), OPTIONS))
                .withMessageContaining(message);
        assertThat(source.leftovers()).isEmpty();
    }

    private void requireSubsets(Manifest manifest) {
        assertThat(manifest.getDataset().getSubsetsList())
                .hasSize(9)
                .startsWith(summary("qt", 1), summary("kw", 1), summary("kwp", 1), summary("qt-kw", 1))
                .endsWith(
                        summary("ko", 2),
                        summary("kop", 1),
                        summary("qt-ko", 1),
                        summary("kw-ko", 1),
                        summary("qt-kw-ko", 1));
        try (Dataset dataset = source.open(manifest)) {
            assertThat(dataset.splitNames()).containsExactly("train", "val", "iid-test");
            assertThat(dataset.subsets()).extracting(Subset::split).containsOnly("iid-test");
            assertThat(dataset.subsets().get(3).examples()).containsExactly(1);
            assertThat(dataset.subsets().get(4).examples()).containsExactly(0, 1);
            Split test = dataset.split("iid-test");
            assertThat(dataset.imageId(test.imageRow(0))).isEqualTo(8);
        }
    }

    private static SubsetSummary summary(String name, int questions) {
        return SubsetSummary.newBuilder()
                .setName(name)
                .setSplit("iid-test")
                .setQuestions(questions)
                .build();
    }

    /** Fields with the id lists of the nine sets, that of KO as given. */
    private static String idLists(String ko) {
        StringBuilder fields = new StringBuilder();
        for (String set : SETS) {
            fields.append(", \"").append(set.replace("+", "")).append("_qid\": ");
            fields.append(set.equals("KO") ? ko : "[6]");
        }
        return fields.toString();
    }

    private DatasetSources sources(DatasetFormat format) {
        return DatasetSources.in(format, source.folder(), List.of(), Optional.empty());
    }

    private void vqaV2() {
        try {
            for (String[] split : new String[][] {{"train", "train"}, {"test", "val"}}) {
                String questions = Files.readString(source.file("vqacp_v2_" + split[0] + "_questions.json"));
                String annotations = Files.readString(source.file("vqacp_v2_" + split[0] + "_annotations.json"));
                source.write(
                        "v2_OpenEnded_mscoco_" + split[1] + "2014_questions.json",
                        "{\"info\": {\"year\": 2017}, \"license\": [], \"questions\": " + questions + ", \"task\": 1}");
                source.write(
                        "v2_mscoco_" + split[1] + "2014_annotations.json", "{\"annotations\": " + annotations + "}");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void vqaVs() {
        source.move(SmallVqaCp.TRAIN_QUESTIONS, "Training/Training-Ques.json");
        source.move(SmallVqaCp.TRAIN_ANNOTATIONS, "Training/Training-Ans.json");
        source.write("Val/Val-Ques.json", SmallVqaCp.list(SmallVqaCp.question(1, 7, "Is it?")));
        source.write(
                "Val/Val-Ans.json",
                SmallVqaCp.list(SmallVqaCp.annotation(1, 7, "is", "yes/no", "yes", SmallVqaCp.given("yes", 10))));
        source.move(SmallVqaCp.TEST_QUESTIONS, "IID-Test/IID-Test-Ques.json");
        source.move(SmallVqaCp.TEST_ANNOTATIONS, "IID-Test/IID-Test-Ans.json");
    }
}
