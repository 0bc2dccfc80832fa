package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.crvqa.vqa.data.SmallVqaCp.FEATURES;
import static org.crvqa.vqa.data.SmallVqaCp.OPTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TEST_ANNOTATIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TEST_QUESTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TRAIN_QUESTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.VOCABULARY;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.DatasetFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every file of an import is recognised by its content where it is something else than its name says. */
class WrongKindsTest {
    private static final List<String> FILES = List.of(TRAIN_QUESTIONS, TEST_ANNOTATIONS, FEATURES, VOCABULARY);

    @TempDir
    private Path folder;

    private SmallVqaCp source;

    @BeforeEach
    void writeSource() {
        source = new SmallVqaCp(folder);
    }

    static Stream<Arguments> wrong() throws IOException {
        byte[] zip = zip();
        return FILES.stream()
                .flatMap(file -> Stream.of(
                        Arguments.of(
                                file,
                                bytes("version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 9\n"),
                                "a Git LFS pointer",
                                "git lfs pull"),
                        Arguments.of(file, bytes("<!DOCTYPE html><html>"), "an HTML page", "Download the file again"),
                        Arguments.of(file, zip, "an npz archive", "numpy.load"),
                        Arguments.of(
                                file, hex("00".repeat(16) + "dec0efbe01000000"), "an LMDB database", "Python's lmdb"),
                        Arguments.of(file, hex("28b52ffd0458"), "packed with Zstandard", "unzstd"),
                        Arguments.of(file, hex("50415231150015"), "a Parquet file", "read_parquet"),
                        Arguments.of(file, new byte[9000], "nothing but zero bytes", "Download the file again"),
                        Arguments.of(file, new byte[0], "empty", "complete file")));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("wrong")
    void anyFile_ofAnotherKind_isNamedWithTheRemedy(String file, byte[] bytes, String kind, String remedy)
            throws IOException {
        Files.write(source.file(file), bytes);
        InvalidInputException e = refused();
        assertThat(e).hasMessageStartingWith(source.file(file) + " is " + kind).hasMessageContaining(", expected ");
        assertThat(e.advice()).contains(remedy);

        Files.write(source.file(file), gzip(bytes));
        assertThat(refused()).as("packed").hasMessageStartingWith(source.file(file) + " is " + kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {TRAIN_QUESTIONS, TEST_ANNOTATIONS, FEATURES, VOCABULARY})
    void anyFile_packedWithGzip_isReadWhateverItsName(String file) throws IOException {
        Manifest plain = source.run();
        Files.write(source.file(file), gzip(Files.readAllBytes(source.file(file))));
        assertThat(source.run().getFilesList()).isEqualTo(plain.getFilesList());
        source.move(file, file + ".gz");
        assertThat(source.run().getFilesList()).isEqualTo(plain.getFilesList());
    }

    @ParameterizedTest
    @ValueSource(strings = {TRAIN_QUESTIONS, TEST_ANNOTATIONS, FEATURES, VOCABULARY})
    void anyFile_cutOrPlainUnderGz_isNamed(String file) throws IOException {
        source.move(file, file + ".gz");
        InvalidInputException plain = refused();
        assertThat(plain).hasMessageContaining(source.file(file) + ".gz is not packed with gzip, as its name says");
        assertThat(plain.advice()).contains("Rename it to " + file);

        byte[] packed = gzip(Files.readAllBytes(source.file(file + ".gz")));
        for (int cut : new int[] {5, packed.length / 2, packed.length - 3}) {
            Files.write(source.file(file + ".gz"), Arrays.copyOf(packed, cut));
            assertThat(refused())
                    .hasMessageContaining(source.file(file) + ".gz is packed and ends too early: it was cut");
        }
        packed[packed.length - 6] ^= 1;
        Files.write(source.file(file + ".gz"), packed);
        assertThat(refused())
                .hasMessageContaining(source.file(file) + ".gz is packed, and its packed bytes are damaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
    void json_withAByteOrderMark_isRead(String charset) throws IOException {
        Manifest plain = source.run();
        for (String file : List.of(TRAIN_QUESTIONS, TEST_ANNOTATIONS)) {
            String text = "\uFEFF" + Files.readString(source.file(file));
            Files.write(source.file(file), text.getBytes(Charset.forName(charset)));
        }
        assertThat(source.run().getFilesList()).isEqualTo(plain.getFilesList());
    }

    @Test
    void features_withAByteOrderMark_areReadAndInUtf16Named() throws IOException {
        Manifest plain = source.run();
        String text = Files.readString(source.file(FEATURES));
        source.write(FEATURES, "\uFEFF" + text);
        assertThat(source.run().getFilesList()).isEqualTo(plain.getFilesList());
        Files.write(source.file(FEATURES), ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE));
        assertThat(catchThrowableOfType(InvalidInputException.class, source::run))
                .hasMessageContaining(" is text in UTF-16 or UTF-32, expected tab-separated lines");
    }

    @Test
    void subsetIds_ofAnotherKind_areNamed() throws IOException {
        Path ids = Files.write(source.file("ids.json"), hex("504b0506" + "00".repeat(18)));
        DatasetSources plain = DatasetSources.vqaCp(source.folder());
        DatasetSources sources = new DatasetSources(
                plain.format(),
                plain.splits(),
                List.of(
                        new DatasetSources.SubsetFiles("kw", "test", ids, Optional.of("KW_qid")),
                        new DatasetSources.SubsetFiles("qt", "test", ids, Optional.of("QT_qid"))),
                plain.features(),
                plain.vocabulary());
        assertThat(catchThrowableOfType(InvalidInputException.class, () -> source.run(sources, OPTIONS)))
                .hasMessage(ids + " is a ZIP archive, expected a JSON list or an object that holds one");
    }

    @Test
    void folderForFileAndFileForFolder_areNamed() throws IOException {
        for (String file : FILES) {
            SmallVqaCp other = new SmallVqaCp(folder.resolve(file));
            Files.delete(other.file(file));
            Files.createDirectory(other.file(file));
            assertThat(catchThrowableOfType(InvalidInputException.class, other::run))
                    .hasMessageStartingWith(other.file(file) + " is a folder, expected ");
        }
        Path lmdb = Files.createDirectories(folder.resolve("feats"));
        Files.createFile(lmdb.resolve("data.mdb"));
        assertThat(refusedFeatures(lmdb)).hasMessageStartingWith(lmdb + " is an LMDB database, expected ");
        assertThat(refusedFeatures(Path.of("/dev/null"))).hasMessageStartingWith("/dev/null is a pipe or device");
        Path link = Files.createSymbolicLink(folder.resolve("link.tsv"), folder.resolve("nowhere"));
        assertThat(refusedFeatures(link)).hasMessageStartingWith(link + " is a link to ");
        Path file = source.file(TEST_QUESTIONS);
        assertThat(catchThrowableOfType(InvalidInputException.class, () -> DatasetSources.vqaCp(file)))
                .hasMessage(file + " is a file, expected the folder that holds the files of the dataset");
    }

    @Test
    void textThatIsNoJson_isShown() {
        source.write(TEST_QUESTIONS, "404: Not Found");
        assertThat(refused())
                .hasMessage(
                        source.file(TEST_QUESTIONS) + " is text that begins with \"404: Not Found\", expected a JSON"
                                + " list or an object that holds one");
    }

    private InvalidInputException refusedFeatures(Path features) {
        return catchThrowableOfType(
                InvalidInputException.class,
                () -> source.run(
                        DatasetSources.in(
                                DatasetFormat.DATASET_FORMAT_VQA_CP_V2,
                                source.folder(),
                                List.of(features),
                                Optional.empty()),
                        OPTIONS));
    }

    private InvalidInputException refused() {
        InvalidInputException e = catchThrowableOfType(InvalidInputException.class, source::run);
        assertThat(source.leftovers()).isEmpty();
        return e;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry("features.npy"));
            out.write(1);
        }
        return bytes.toByteArray();
    }
}
