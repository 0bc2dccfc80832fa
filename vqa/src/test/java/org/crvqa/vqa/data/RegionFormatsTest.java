package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jhdf.HdfFile;
import io.jhdf.api.dataset.ContiguousDataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.task.v1.DatasetFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that h5py, pickle and zip of Python wrote give what a TSV of the same numbers gives, to the byte. */
class RegionFormatsTest {
    private static final Path GOLDEN = Path.of("src/test/golden/features");

    private static final ImportOptions NORMALIZED = SmallVqaCp.OPTIONS.withBoxUnit(BoxUnit.BOX_UNIT_NORMALIZED);

    @TempDir
    Path folder;

    private SmallVqaCp source;

    @BeforeEach
    void writeSource() throws IOException {
        source = new SmallVqaCp(folder);
        Files.delete(source.file(SmallVqaCp.FEATURES));
    }

    @ParameterizedTest
    @CsvSource({
        "fixed.hdf5, features.tsv",
        "chunked.hdf5, features.tsv",
        "big-endian.hdf5, features.tsv",
        "double.hdf5, features.tsv",
        "direct.hdf5, features.tsv",
        "half.hdf5, half-features.tsv",
        "ragged.hdf5, ragged.tsv",
        "ragged-chunked.hdf5, ragged.tsv",
        "protocol-0.pkl, normalized.tsv",
        "protocol-1.pkl, normalized.tsv",
        "protocol-2.pkl, normalized.tsv",
        "protocol-3.pkl, normalized.tsv",
        "protocol-4.pkl, normalized.tsv",
        "protocol-5.pkl, normalized.tsv",
        "fortran.pkl, normalized.tsv",
        "fortran-5.pkl, normalized.tsv",
        "corners.pkl, normalized.tsv",
        "ordered.pkl, normalized.tsv",
        "half.pkl, half.tsv",
        "shared.pkl, shared.tsv",
        "trainval_36.zip, features.tsv",
        "parts.zip, features.tsv"
    })
    void file_givesTheDatasetOfTheTsv(String file, String tsv) {
        Manifest expected = run(GOLDEN.resolve(tsv));
        Manifest found = run(GOLDEN.resolve(file));
        assertThat(found.getKey()).isNotEqualTo(expected.getKey());
        assertThat(found.getFilesList()).isEqualTo(expected.getFilesList());
        assertThat(found.getDataset()).isEqualTo(expected.getDataset());
    }

    /** These say themselves in which unit their boxes are: the option is about the TSV files beside them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fixed.hdf5",
                "half.hdf5",
                "ragged.hdf5",
                "ragged-chunked.hdf5",
                "protocol-2.pkl",
                "protocol-4.pkl",
                "half.pkl"
            })
    void normalizedBoxes_ofAFormatThatSaysItsUnit_giveTheSameFiles(String file) {
        Manifest plain = run(GOLDEN.resolve(file));
        Manifest asked = source.run(sources(GOLDEN.resolve(file)), NORMALIZED);

        assertThat(asked.getFilesList()).isEqualTo(plain.getFilesList());
        assertThat(asked.getSpec().getDataset().getBoxUnit()).isEqualTo(BoxUnit.BOX_UNIT_NORMALIZED);
    }

    @Test
    void normalizedBoxes_ofATsvBesideHdf5_areTaken() throws IOException {
        List<String> lines = Files.readAllLines(GOLDEN.resolve("normalized.tsv"));
        Path tsv = Files.write(folder.resolve("some.tsv"), lines.subList(0, 2));
        Path hdf5 = copy("fixed.hdf5");
        Files.writeString(folder.resolve("fixed_imgid2idx.pkl"), "(dp1\nI8\nI2\nsI262148\nI3\ns.");

        assertThat(source.run(sources(tsv, hdf5), NORMALIZED).getDataset().getImages())
                .isEqualTo(4);
    }

    /** Numbers from 0 to 1 in both: the converter was given boxes that were divided before. */
    @Test
    void normalizedBoxes_inBothDatasetsOfHdf5_areTakenAsTheyAre() throws IOException {
        Manifest expected = run(GOLDEN.resolve("normalized.tsv"));
        Path hdf5 = copy("fixed.hdf5");
        Files.copy(GOLDEN.resolve("fixed_imgid2idx.pkl"), folder.resolve("fixed_imgid2idx.pkl"));
        byte[] bytes = Files.readAllBytes(hdf5);
        try (HdfFile hdf = new HdfFile(hdf5)) {
            ContiguousDataset pixels = (ContiguousDataset) hdf.getDatasetByPath("image_bb");
            float[][][] divided = corners(
                    (float[][][]) hdf.getDatasetByPath("spatial_features").getData());
            ByteBuffer into = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            into.position((int) pixels.getDataAddress());
            for (float[][] image : divided) {
                for (float[] box : image) {
                    for (float number : box) {
                        into.putFloat(number);
                    }
                }
            }
        }
        Files.write(hdf5, bytes);

        assertThat(run(hdf5).getFilesList())
                .isEqualTo(source.run(sources(hdf5), NORMALIZED).getFilesList());
        assertThat(run(hdf5).getDataset()).isEqualTo(expected.getDataset());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fixed.hdf5",
                "ragged.hdf5",
                "protocol-0.pkl",
                "protocol-2.pkl",
                "protocol-5.pkl",
                "shared.pkl",
                "trainval_36.zip",
                "parts.zip"
            })
    void missingFeatures_areFoundBeforeAnyIsDecoded(String file) {
        source.replace(SmallVqaCp.TEST_QUESTIONS, "\"image_id\": 9", "\"image_id\": 99");
        source.replace(SmallVqaCp.TEST_ANNOTATIONS, "\"image_id\": 9", "\"image_id\": 99");
        Set<String> phases = new LinkedHashSet<>();

        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> source.run(
                        sources(GOLDEN.resolve(file)), SmallVqaCp.OPTIONS, (phase, done, total) -> phases.add(phase)))
                .withMessageContaining("question_id 6 is about image 99, which is not in [")
                .withMessageContaining(file);
        // Looking for further errors is another phase.
        assertThat(phases).contains("questions").doesNotContain("features");
    }

    @ParameterizedTest
    @CsvSource({
        "int of protocol 0, KGRwMQpJMjYyMTQ4CkkzCnNJNwpJMQpzSTgKSTIKc0k5CkkwCnNJMzAKSTQKc0kzMQpJNQpzLg==",
        "int of protocol 1, fXEBKEoEAAQASwNLB0sBSwhLAksJSwBLHksESx9LBXUu",
        "int of protocol 2, gAJ9cQEoSgQABABLA0sHSwFLCEsCSwlLAEseSwRLH0sFdS4=",
        "long of protocol 0, KGRwMQpMMjYyMTQ4TApJMwpzTDdMCkkxCnNMOEwKSTIKc0w5TApJMApzTDMwTApJNApzTDMxTApJNQpzLg==",
        "long of protocol 1, fXEBKEwyNjIxNDhMCksDTDdMCksBTDhMCksCTDlMCksATDMwTApLBEwzMUwKSwV1Lg==",
        "long of protocol 2, gAJ9cQEoigMEAARLA4oBB0sBigEISwKKAQlLAIoBHksEigEfSwV1Lg==",
        "str of protocol 0,"
                + " KGRwMQpTJzMxJwpwMgpJNQpzUyczMCcKcDMKSTQKc1MnNycKSTEKc1MnOScKSTAKc1MnOCcKSTIKc1MnMjYyMTQ4JwpwNApJMwpzLg==",
        "str of protocol 2, gAJ9cQEoVQIzMUsFVQIzMEsEVQE3SwFVATlLAFUBOEsCVQYyNjIxNDhLA3Uu",
        "unicode of protocol 0,"
                + " KGRwMQpWMzEKcDIKTDVMCnNWMzAKcDMKTDRMCnNWNwpMMUwKc1Y5CkwwTApzVjgKTDJMCnNWMjYyMTQ4CnA0CkwzTApzLg=="
    })
    void indexOfPython2_isRead(String what, String pickle) throws IOException {
        Path hdf5 = copy("fixed.hdf5");
        Files.write(folder.resolve("fixed_imgid2idx.pkl"), Base64.getDecoder().decode(pickle));
        assertThat(run(hdf5).getFilesList())
                .as(what)
                .isEqualTo(run(GOLDEN.resolve("features.tsv")).getFilesList());
    }

    @Test
    void index_isPartOfTheKey() throws IOException {
        Path hdf5 = copy("fixed.hdf5");
        Path index = folder.resolve("fixed_imgid2idx.pkl");
        Files.copy(GOLDEN.resolve("fixed_imgid2idx.pkl"), index);
        Manifest first = run(hdf5);
        // Images 30 and 31, of which nobody asks, change places.
        replace(index, "I30\nI4\n", "I30\nI5\n");
        replace(index, "I31\nI5\n", "I31\nI4\n");
        assertThat(run(hdf5).getKey()).isNotEqualTo(first.getKey());
    }

    @Test
    void rowsOfNoImage_areLeftOut() throws IOException {
        Path hdf5 = copy("fixed.hdf5");
        Files.write(
                folder.resolve("fixed_imgid2idx.pkl"),
                "(dp1\nI9\nI0\nsI7\nI1\nsI8\nI2\ns.".getBytes(StandardCharsets.US_ASCII));
        List<String> lines = Files.readAllLines(GOLDEN.resolve("features.tsv"));
        Path tsv = Files.write(folder.resolve("three.tsv"), lines.subList(0, 3));
        assertThat(run(hdf5).getFilesList()).isEqualTo(run(tsv).getFilesList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(dp1\\nI9\\nI0\\nsI7\\nI6\\ns. | image 7 has the row 6, expected one from 0 to 5",
                "(dp1\\nI9\\nI-1\\ns. | image 9 has the row -1",
                "(dp1\\nI9\\nI0\\nsI7\\nI0\\ns. | images 9 and 7 have the same row 0",
                "(dp1\\nI9\\nI0\\nsL9L\\nI1\\ns. | image 9 stands already",
                "(dp1\\nS'cat'\\nI0\\ns. | has the key \"cat\", expected the id of an image",
                "(dp1\\n. | names no image",
                "(lp1\\n. | holds a ArrayList, expected a dictionary",
                "(dp1\\nI9\\nI0\\ns | ends at byte 12",
                "cos\\nsystem\\n(S'true'\\ntR. | refuses os.system"
            })
    void badIndex_isRefused(String pickle, String expected) throws IOException {
        Path hdf5 = copy("fixed.hdf5");
        Files.writeString(folder.resolve("fixed_imgid2idx.pkl"), pickle.replace("\\n", "\n"));
        refused(hdf5).withMessageContaining(expected);
    }

    @Test
    void indexMissing_saysWhatWasLookedFor() throws IOException {
        Path hdf5 = Files.copy(GOLDEN.resolve("fixed.hdf5"), folder.resolve("train36.hdf5"));
        refused(hdf5)
                .withMessageContaining("train36.hdf5 needs an index")
                .withMessageContaining(
                        "none of train36_imgid2idx.pkl, train36_imgid2idx.pickle, train_36_imgid2idx.pkl");
    }

    @Test
    void hdf5_cutOrDamaged_isRefused() throws IOException {
        for (String name : List.of("fixed", "chunked", "ragged")) {
            Path hdf5 = copy(name + ".hdf5");
            Files.copy(GOLDEN.resolve(name + "_imgid2idx.pkl"), folder.resolve(name + "_imgid2idx.pkl"));
            byte[] whole = Files.readAllBytes(hdf5);
            for (int length : new int[] {whole.length - 60, whole.length / 2, 600, 20}) {
                Files.write(hdf5, Arrays.copyOf(whole, length));
                refused(hdf5).withMessageContaining(hdf5.toString());
            }
            assertThat(source.leftovers()).isEmpty();
        }
    }

    @Test
    void hdf5_chunkThatNamesMoreBytesThanThereAre_isRefusedBeforeThereIsRoomForThem() throws IOException {
        Files.copy(GOLDEN.resolve("ragged-chunked_imgid2idx.pkl"), folder.resolve("ragged-chunked_imgid2idx.pkl"));
        Path hdf5 = copy("ragged-chunked.hdf5");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(hdf5)).order(ByteOrder.LITTLE_ENDIAN);
        // The first node of a tree of chunks: signature, kind, level, entries, two neighbours, size of the first chunk.
        int node = Files.readString(hdf5, StandardCharsets.ISO_8859_1).indexOf("TREE\1\0");
        bytes.putInt(node + 24, 0x7000_0000);
        Files.write(hdf5, bytes.array());

        refused(hdf5).withMessageContaining("chunks name 1879048").withMessageContaining("it was cut or damaged");
    }

    @Test
    void hdf5_withoutADataset_namesItAndThoseThere() throws IOException {
        Files.copy(GOLDEN.resolve("fixed_imgid2idx.pkl"), folder.resolve("fixed_imgid2idx.pkl"));
        for (String dataset : List.of("image_features", "image_bb", "spatial_features")) {
            Path hdf5 = copy("fixed.hdf5");
            replace(hdf5, dataset + "\0", dataset.replace('_', '-') + "\0");
            refused(hdf5)
                    .withMessageContaining("has no dataset " + dataset + " among [")
                    .withMessageContaining(dataset.replace('_', '-'));
            Files.delete(hdf5);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(dp1\\nS'9'\\ncposix\\nsystem\\n(S'true'\\ntRs. | refuses posix.system",
                "(dp1\\nS'9'\\nI5\\ns. | the value is a Long, expected a dictionary with the arrays feats and sp_feats",
                "(dp1\\nS'9'\\n(dp2\\nS'feats'\\nI5\\nss. | feats is a Long, expected an array of NumPy",
                "(dp1\\nS'9'\\n(dp2\\nS'boxes'\\nI5\\nss. | there is no feats among [\"boxes\"]",
                "(dp1\\nS'cat'\\n(dp2\\ns. | the key is no id of an image",
                "(dp1\\nS'9'\\n(dp2\\nsg2\\n. | takes entry 2, a container of an earlier item",
                "(dp1\\n.more | goes on for 4 bytes behind its end",
                "(dp1\\n. | is empty"
            })
    void badPickle_isRefused(String pickle, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("features.pkl"), pickle.replace("\\n", "\n"));
        refused(file).withMessageContaining(expected).withMessageContaining(file.toString());
        assertThat(source.leftovers()).isEmpty();
    }

    @Test
    void pickle_cut_isRefused() throws IOException {
        Path file = copy("protocol-4.pkl");
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {whole.length - 1, whole.length / 2, 100, 11}) {
            Files.write(file, Arrays.copyOf(whole, length));
            refused(file).withMessageContaining(file.toString()).withMessageContaining("ends at byte " + length);
        }
    }

    @Test
    void zip_cutOrOfOtherFiles_isRefused() throws IOException {
        Path file = copy("trainval_36.zip");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 40));
        refused(file).withMessageContaining("is no complete ZIP archive");
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, 400, 440, (byte) 7);
        Files.write(file, damaged);
        refused(file).withMessageContaining(file.toString());
        String names = new String(whole, StandardCharsets.ISO_8859_1).replace(".tsv", ".csv");
        Files.write(file, names.getBytes(StandardCharsets.ISO_8859_1));
        refused(file)
                .withMessageContaining("holds no TSV file of region features but 3 entries")
                .withMessageContaining("genome_36.csv");
    }

    @Test
    void badLineInZip_saysArchiveFileAndLine() throws IOException {
        Path file = folder.resolve("bad.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("a/b.tsv"));
            zip.write("9\t640\n".getBytes(StandardCharsets.US_ASCII));
        }
        refused(file).withMessageContaining("bad.zip, a/b.tsv, line 1: found 2 tab-separated fields");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image_bb | 640 | NaN | image_bb of region 0 hold NaN at place 2, expected finite numbers",
                "image_bb | 640 | 64000 | image_bb and spatial_features of region 1 are not the same box",
                "image_bb | 640 | -5 | image_bb and spatial_features of region 0 are not the same box",
                "image_features | | Infinity | features of region 0 hold Infinity at place 0, expected finite numbers"
            })
    void hdf5_badNumber_isRefusedWithRowAndImage(String dataset, Float old, float replacement, String expected)
            throws IOException {
        Path hdf5 = copy("fixed.hdf5");
        Files.copy(GOLDEN.resolve("fixed_imgid2idx.pkl"), folder.resolve("fixed_imgid2idx.pkl"));
        String first = Files.readAllLines(GOLDEN.resolve("features.tsv")).get(0).split("\t")[5];
        float value = old == null
                ? ByteBuffer.wrap(Base64.getDecoder().decode(first))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat()
                : old;
        replace(hdf5, littleEndian(value), littleEndian(replacement));
        refused(hdf5).withMessageContaining("fixed.hdf5, row 0 (image 9): " + expected);
        assertThat(source.leftovers()).isEmpty();
    }

    private static String littleEndian(float value) {
        byte[] bytes = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void gzippedHdf5OrPickle_isToBeUnpacked() throws IOException {
        for (String name : List.of("fixed.hdf5", "protocol-4.pkl")) {
            Path file = folder.resolve(name + ".gz");
            try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
                Files.copy(GOLDEN.resolve(name), out);
            }
            refused(file).withMessageContaining("packed with gzip; of packed files only TSV files are read in place");
        }
    }

    @Test
    void folderWithoutTsv_isSearchedForOtherFormats() throws IOException {
        Path sources = source.folder();
        Files.copy(GOLDEN.resolve("half.pkl"), sources.resolve("half.pkl"));
        Files.writeString(sources.resolve("answers.pkl"), "(dp1\nS'yes'\nI5\ns.");
        Files.copy(GOLDEN.resolve("trainval_36.zip"), sources.resolve("trainval_36.zip"));
        assertThat(DatasetSources.vqaCp(sources).features()).containsExactly(sources.resolve("half.pkl"));
        Files.copy(GOLDEN.resolve("fixed.hdf5"), sources.resolve("fixed.hdf5"));
        Files.copy(GOLDEN.resolve("fixed_imgid2idx.pkl"), sources.resolve("fixed_imgid2idx.pkl"));
        assertThat(DatasetSources.vqaCp(sources).features()).containsExactly(sources.resolve("fixed.hdf5"));
        assertThat(source.run().getFilesList())
                .isEqualTo(run(GOLDEN.resolve("features.tsv")).getFilesList());
        Files.copy(GOLDEN.resolve("features.tsv"), sources.resolve("features.tsv"));
        assertThat(DatasetSources.vqaCp(sources).features()).containsExactly(sources.resolve("features.tsv"));
    }

    private static float[][][] corners(float[][][] spatial) {
        return Stream.of(spatial)
                .map(image -> Stream.of(image).map(box -> Arrays.copyOf(box, 4)).toArray(float[][]::new))
                .toArray(float[][][]::new);
    }

    private Manifest run(Path... features) {
        return source.run(sources(features), SmallVqaCp.OPTIONS);
    }

    private DatasetSources sources(Path... features) {
        return DatasetSources.in(
                DatasetFormat.DATASET_FORMAT_VQA_CP_V2, source.folder(), List.of(features), Optional.empty());
    }

    private ThrowableAssertAlternative<InvalidInputException> refused(Path features) {
        return assertThatExceptionOfType(InvalidInputException.class).isThrownBy(() -> run(features));
    }

    private Path copy(String name) throws IOException {
        return Files.copy(GOLDEN.resolve(name), folder.resolve(name));
    }

    private static void replace(Path file, String old, String replacement) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(old);
        Files.writeString(
                file,
                text.replaceFirst(Pattern.quote(old), Matcher.quoteReplacement(replacement)),
                StandardCharsets.ISO_8859_1);
    }
}
