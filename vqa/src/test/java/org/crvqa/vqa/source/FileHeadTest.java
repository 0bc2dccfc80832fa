package org.crvqa.vqa.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FileHeadTest {
    @TempDir
    Path folder;

    static Stream<Arguments> files() throws IOException {
        return Stream.of(
                Arguments.of("nothing", FileKind.EMPTY, text("")),
                Arguments.of("white space", FileKind.EMPTY, text(" \r\n\t\n")),
                Arguments.of("JSON list", FileKind.JSON, text("\n [{\"question_id\": 1}]")),
                Arguments.of("JSON list of numbers", FileKind.JSON, text("[1, 2]")),
                Arguments.of("JSON object", FileKind.JSON, text("{\"questions\": []}")),
                Arguments.of("JSON with a byte order mark", FileKind.JSON, text("\uFEFF[{}]")),
                Arguments.of("JSON in UTF-16", FileKind.WIDE_TEXT, text("\uFEFF[{}]", StandardCharsets.UTF_16LE)),
                Arguments.of("big-endian", FileKind.WIDE_TEXT, text("[{\"a\": 1}]", StandardCharsets.UTF_16)),
                Arguments.of("without a mark", FileKind.WIDE_TEXT, text("[{\"a\": 1}]", StandardCharsets.UTF_16LE)),
                Arguments.of("big-endian without", FileKind.WIDE_TEXT, text("[{\"a\": 1}]", StandardCharsets.UTF_16BE)),
                Arguments.of("UTF-32", FileKind.WIDE_TEXT, text("\uFEFF[{}]", Charset.forName("UTF-32LE"))),
                Arguments.of("vocabulary", FileKind.TEXT, text("[PAD]\n[unused0]\n")),
                Arguments.of("TSV", FileKind.TEXT, text("1\t640\t480\t36\tAAAA\tAAAA\n")),
                Arguments.of("Latin-1", FileKind.TEXT, text("caf\u00e9\n", StandardCharsets.ISO_8859_1)),
                Arguments.of(
                        "LFS",
                        FileKind.LFS_POINTER,
                        text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n")),
                Arguments.of("annex", FileKind.ANNEX_POINTER, text("/annex/objects/SHA256E-s3--00.tsv\n")),
                Arguments.of("page", FileKind.HTML, text("\n<!DOCTYPE html>\n<html><body>Sign in</body></html>")),
                Arguments.of("page without doctype", FileKind.HTML, text("<HTML><HEAD>")),
                Arguments.of(
                        "XHTML",
                        FileKind.HTML,
                        text("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"\"><html lang=\"en\">")),
                Arguments.of("comment first", FileKind.HTML, text("<!-- saved -->\n<html>")),
                Arguments.of(
                        "store's error",
                        FileKind.XML,
                        text("<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>")),
                Arguments.of("bare error", FileKind.XML, text("<Error><Code>NoSuchKey</Code></Error>")),
                Arguments.of("gzip", FileKind.GZIP, gzip()),
                Arguments.of("bzip2", FileKind.BZIP2, hex("425a6839314159265359")),
                Arguments.of("empty bzip2", FileKind.BZIP2, hex("425a683917724538509000000000")),
                Arguments.of("xz", FileKind.XZ, hex("fd377a585a000004")),
                Arguments.of("lzma", FileKind.XZ, hex("5d00008000ffff")),
                Arguments.of("zstd", FileKind.ZSTD, hex("28b52ffd0458")),
                Arguments.of("lz4", FileKind.LZ4, hex("04224d186440")),
                Arguments.of("compress", FileKind.COMPRESS, hex("1f9d9061")),
                Arguments.of("zip", FileKind.ZIP, zip("trainval_36/trainval.tsv")),
                Arguments.of("empty zip", FileKind.ZIP, hex("504b0506" + "00".repeat(18))),
                Arguments.of("npz", FileKind.NPZ, zip("features.npy")),
                Arguments.of("torch", FileKind.TORCH, zip("archive/data.pkl")),
                Arguments.of("office", FileKind.OFFICE, zip("[Content_Types].xml")),
                Arguments.of("tar", FileKind.TAR, tar(true)),
                Arguments.of("tar of before POSIX", FileKind.TAR, tar(false)),
                Arguments.of("7z", FileKind.SEVEN_ZIP, hex("377abcaf271c0004")),
                Arguments.of("rar", FileKind.RAR, hex("526172211a070100")),
                Arguments.of("rar 4", FileKind.RAR, hex("526172211a0700")),
                Arguments.of("npy", FileKind.NPY, hex("934e554d505901007600")),
                Arguments.of("LMDB", FileKind.LMDB, hex("00".repeat(16) + "dec0efbe01000000")),
                Arguments.of("HDF5", FileKind.HDF5, hex("894844460d0a1a0a00")),
                Arguments.of(
                        "MATLAB 7.3",
                        FileKind.HDF5,
                        hex("4d41544c414220372e33" + "20".repeat(502) + "894844460d0a1a0a")),
                Arguments.of("MATLAB", FileKind.MATLAB, text("MATLAB 5.0 MAT-file, Platform: GLNXA64")),
                Arguments.of("pickle 4", FileKind.PICKLE, hex("80049500")),
                Arguments.of("pickle 2", FileKind.PICKLE, hex("80027d71")),
                Arguments.of("pickle 0", FileKind.PICKLE, text("(dp0\nI1\n(lp1\n")),
                Arguments.of("pickle 1", FileKind.PICKLE, hex("7d7100284b01")),
                Arguments.of("safetensors", FileKind.SAFETENSORS, safetensors()),
                Arguments.of("Parquet", FileKind.PARQUET, text("PAR1\u0015\u0004")),
                Arguments.of("Arrow", FileKind.ARROW, text("ARROW1\0\0")),
                Arguments.of("Avro", FileKind.AVRO, hex("4f626a0104")),
                Arguments.of("SQLite", FileKind.SQLITE, text("SQLite format 3\0")),
                Arguments.of("PDF", FileKind.PDF, text("%PDF-1.7\n")),
                Arguments.of("PNG", FileKind.PICTURE, hex("89504e470d0a1a0a")),
                Arguments.of("JPEG", FileKind.PICTURE, hex("ffd8ffe000104a46")),
                Arguments.of("ELF", FileKind.PROGRAM, hex("7f454c4602010100")),
                Arguments.of("zeros", FileKind.ZEROS, new byte[5000]),
                Arguments.of("noise", FileKind.BINARY, hex("01a7c30044e100ff")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void read_file_isTheKindThatItsBytesSay(String what, FileKind kind, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("questions.json"), bytes);
        assertThat(FileHead.read(file).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @EnumSource(FileKind.class)
    void insteadOf_everyKind_saysWhatItIsAndWhatToDo(FileKind kind) {
        InvalidInputException e = new FileHead(folder, kind, "x").insteadOf("a JSON list");
        assertThat(e)
                .hasMessageStartingWith(folder + " is " + kind.what())
                .hasMessageEndingWith(", expected a JSON list");
        assertThat(e.advice()).matches("[A-Z].*\\.");
    }

    @Test
    void insteadOf_text_showsHowItBegins() {
        Path file = folder.resolve("q.json");
        assertThat(FileHead.of(file, text("404: Not\u0007 Found\nmore")).insteadOf("JSON"))
                .hasMessage(file + " is neither text nor of a kind that is known here, expected JSON");
        assertThat(FileHead.of(file, text("404: Not Found\nmore")).insteadOf("JSON"))
                .hasMessage(file + " is text that begins with \"404: Not Found\", expected JSON");
        assertThat(FileHead.of(file, text("x".repeat(500))).start()).isEqualTo("x".repeat(60) + "…");
    }

    @Test
    void require_otherKind_isRefused() {
        FileHead head = FileHead.of(folder.resolve("a"), text("[]"));
        head.require(EnumSet.of(FileKind.JSON), "JSON");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> head.require(Set.of(FileKind.HDF5), "an HDF5 file"))
                .withMessage(folder.resolve("a") + " is a JSON file, expected an HDF5 file");
    }

    @Test
    void read_noFile_saysWhatIsThere() throws IOException {
        assertThat(FileHead.read(folder).kind()).isEqualTo(FileKind.FOLDER);
        Files.createFile(folder.resolve("data.mdb"));
        assertThat(FileHead.read(folder).kind()).isEqualTo(FileKind.LMDB);
        assertThat(FileHead.read(Path.of("/dev/null")).kind()).isEqualTo(FileKind.SPECIAL);
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("objects", "x"));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> FileHead.read(link))
                .withMessage(link + " is a link to objects/x, which is not there");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> FileHead.read(folder.resolve("nowhere")))
                .withMessage("There is no file " + folder.resolve("nowhere"));
    }

    private static byte[] text(String text) {
        return text(text, StandardCharsets.UTF_8);
    }

    private static byte[] text(String text, Charset charset) {
        return text.getBytes(charset);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] gzip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text("[]"));
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(String entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry(entry));
            out.write(text("x"));
        }
        return bytes.toByteArray();
    }

    private static byte[] safetensors() {
        byte[] header = text("{\"__metadata__\":{}}");
        return ByteBuffer.allocate(Long.BYTES + header.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    /** One block of an archive's header: name, mode, ids, size, time, sum of all bytes, kind. */
    private static byte[] tar(boolean posix) {
        byte[] block = new byte[1024];
        put(block, 0, "trainval.tsv");
        put(block, 100, "0000644\0000001750\0000001750\00000000000005\00014371025620\0");
        put(block, 148, "        0");
        if (posix) {
            put(block, 257, "ustar\00000");
        }
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += block[i] & 0xff;
        }
        put(block, 148, String.format("%06o", sum) + "\0 ");
        return block;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text(text);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }
}
