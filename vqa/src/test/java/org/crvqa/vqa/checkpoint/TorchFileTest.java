package org.crvqa.vqa.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.pickle.Unpickler;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {
    private static final Path GOLDEN = Path.of("src/test/golden/checkpoints");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"views.bin", "views-protocol-4.bin"})
    void floats_everyTypeAndStride_equalsContiguousCopies(String name) {
        try (TorchFile file = TorchFile.open(GOLDEN.resolve(name));
                SafetensorsReader expected = SafetensorsReader.open(GOLDEN.resolve("views.safetensors"))) {
            Map<String, TensorDeclaration> found = new LinkedHashMap<>();
            file.declarations().forEach(tensor -> found.put(tensor.name(), tensor));
            for (TensorDeclaration tensor : expected.declarations()) {
                assertThat(found.get(tensor.name()).shape()).as(tensor.name()).isEqualTo(tensor.shape());
                assertThat(file.floats(tensor.name())).as(tensor.name()).isEqualTo(expected.floats(tensor.name()));
            }
            assertThat(found)
                    .hasSize(expected.tensors().size() + 7)
                    .containsKeys("expanded", "int64", "int32", "int16", "int8", "uint8", "bool");
        }
    }

    @Test
    void floats_integersAndExpanded_areRefusedOnlyWhenAskedFor() {
        try (TorchFile file = TorchFile.open(GOLDEN.resolve("views.bin"))) {
            refused(() -> file.floats("int64")).withMessageContaining("int64").withMessageContaining("is of I64");
            refused(() -> file.floats("expanded")).withMessageContaining("12 elements in 3 of its storage's 3");
            refused(() -> file.floats("nothing")).withMessageContaining("no tensor nothing");
        }
    }

    @Test
    void open_formBefore16_saysHowToConvert() {
        refused(() -> TorchFile.open(GOLDEN.resolve("legacy.bin")))
                .withMessageContaining("before version 1.6")
                .satisfies(e -> assertThat(((InvalidInputException) e).advice()).contains("weights_only=True"));
    }

    static Stream<Arguments> hostilePickles() {
        String flood = "x".repeat(3000);
        PickleWriter deep =
                PickleWriter.start().repeat("]", 1_000_000).repeat("a", 999_999).raw(".");
        // A tuple of the same tuple twice, and so on: its hash would take 2^60 steps.
        PickleWriter doubling = PickleWriter.start().raw("})");
        for (int i = 0; i < 60; i++) {
            doubling.raw("q").raw(i).raw("h").raw(i).raw(0x86);
        }
        return Stream.of(
                bad(
                        "refuses posix.system",
                        PickleWriter.start()
                                .raw("cposix\nsystem\n(")
                                .text("true")
                                .raw("tR.")),
                bad(
                        "refuses os.system",
                        PickleWriter.start().text("os").text("system").raw(0x93).raw(")R.")),
                bad("refuses builtins.eval", PickleWriter.start().raw("cbuiltins\neval\n.")),
                bad("refuses torch.load", PickleWriter.start().raw("ctorch\nload\n.")),
                bad(
                        "whose name is no text",
                        PickleWriter.start().raw("]]").raw(0x93).raw(".")),
                bad(
                        "refuses opcode 0x81",
                        PickleWriter.start().raw("ccollections\nOrderedDict\n)").raw(0x81, '.')),
                bad("refuses opcode 0x69", PickleWriter.start().raw("(iposix\nsystem\n.")),
                bad("sets attributes of a ArrayList", PickleWriter.start().raw("]}b.")),
                bad("sets attributes of a Function", PickleWriter.start().raw("ccollections\nOrderedDict\n}b.")),
                bad("calls a String", PickleWriter.start().text("print").raw(")R.")),
                bad("instead of a tuple", PickleWriter.start().raw("ccollections\nOrderedDict\n]R.")),
                bad(
                        "of arguments",
                        PickleWriter.start().raw("ccollections\nOrderedDict\n]").raw(0x85, 'R', '.')),
                bad("as a key", doubling.raw("Ns.")),
                bad("as a key", PickleWriter.start().raw("}]Ns.")),
                bad("holds a ArrayList, expected a dictionary", deep),
                bad("opcodes allowed", PickleWriter.start().repeat("N0", Unpickler.MAX_OPCODES)),
                bad("bytes, more than", PickleWriter.start().raw(new byte[Unpickler.MAX_BYTES])),
                bad(
                        "a string of 2147483647 bytes",
                        PickleWriter.start().raw("X").little(0x7fffffffL, 4)),
                bad(
                        "a string of 4294967295 bytes",
                        PickleWriter.start().raw("X").little(-1, 4)),
                bad(
                        "a string of 18446744073709551615",
                        PickleWriter.start().raw(0x8d).little(-1, 8)),
                bad("an integer of 255 bytes", PickleWriter.start().raw(0x8a, 255)),
                bad("a name of more than", PickleWriter.start().raw("c").raw(flood + flood + "\n")),
                bad("ends at byte", PickleWriter.start().raw("cposix")),
                bad("ends at byte", PickleWriter.start().raw("}")),
                bad("empty stack", PickleWriter.start().raw(".")),
                bad("takes 1 from a stack of 0", PickleWriter.start().raw("](a.")),
                bad("did not begin", PickleWriter.start().raw("t.")),
                bad("never kept", PickleWriter.start().raw("h").raw(7, '.')),
                bad("a key without its value", PickleWriter.start().raw("}(Nu.")),
                bad("is of protocol 0", PickleWriter.part().raw(0x80, 0, '.')),
                bad("protocol number", PickleWriter.part().raw("(dp0\n.")));
    }

    @ParameterizedTest
    @MethodSource("hostilePickles")
    void open_hostilePickle_isRefusedByName(String expected, byte[] pickle) throws IOException {
        Path file = PickleWriter.zip(folder.resolve("model.bin"), Map.of("archive/data.pkl", pickle));
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> refused(() -> TorchFile.open(file))
                        .withMessageContaining(file + ": archive/data.pkl ")
                        .withMessageContaining(expected));
    }

    static Stream<Arguments> badTensors() {
        long big = Long.MAX_VALUE;
        return Stream.of(
                bad("beyond its storage of 4", view(4, 0, new long[] {5}, new long[] {1})),
                bad("beyond its storage of 4", view(4, 1, new long[] {2, 2}, new long[] {2, 1})),
                bad("beyond its storage of 4", view(4, 4, new long[] {1}, new long[] {1})),
                bad("offset -1", view(4, -1, new long[] {1}, new long[] {1})),
                bad("strides [-1]", view(4, 3, new long[] {2}, new long[] {-1})),
                bad("shape [-1]", view(4, 0, new long[] {-1}, new long[] {1})),
                bad("strides []", view(4, 0, new long[] {1}, new long[] {})),
                bad("too large", view(4, 0, new long[] {big, big}, new long[] {0, 0})),
                bad("too large", view(4, 0, new long[] {2}, new long[] {big})),
                bad("too large", view(4, big, new long[] {1}, new long[] {1})),
                bad("65 dimensions", view(4, 0, new long[65], new long[65])),
                bad("5 elements of F32, but the file has 16 bytes", view(5, 0, new long[] {1}, new long[] {1})),
                bad("3 elements of F32", view(3, 0, new long[] {1}, new long[] {1})),
                bad("gives storage 0 4611686018427387908 elements", view((1L << 62) + 4, 0, new long[0], new long[0])),
                bad("needs data/1, which the file lacks", PickleWriter.part().storage("FloatStorage", "1", 4)),
                bad("names a storage ../0", PickleWriter.part().storage("FloatStorage", "../0", 4)),
                bad("refuses torch.OtherStorage", PickleWriter.part().storage("OtherStorage", "0", 4)),
                bad("is no storage", PickleWriter.part().raw("(").text("module").raw("tQ")),
                bad(
                        "lacks a storage's type",
                        PickleWriter.part().raw("(").text("storage").raw("tQ")),
                bad("by a String", PickleWriter.part().text("0").raw("Q")));
    }

    @ParameterizedTest
    @MethodSource("badTensors")
    void open_tensorOutsideOfItsStorage_isRefused(String expected, byte[] value) throws IOException {
        Path file = torchFile(PickleWriter.entry(PickleWriter.part().raw(value)), "little");
        refused(() -> TorchFile.open(file)).withMessageContaining(expected);
    }

    @Test
    void open_otherTopFolderAndListInItself_isRead() throws IOException {
        PickleWriter value = view(4, 1, new long[] {3}, new long[] {1});
        byte[] pickle = PickleWriter.start()
                .raw("}")
                .text("loop")
                .raw("]q")
                .raw(0)
                .raw("h")
                .raw(0)
                .raw("as")
                .text("x")
                .raw(value.bytes())
                .raw("s.")
                .bytes();
        try (TorchFile file = TorchFile.open(torchFile(pickle, "little"))) {
            assertThat(file.floats("x")).containsExactly(2, 3, 4);
        }
    }

    @Test
    void open_otherZips_areRefused() throws IOException {
        byte[] pickle = PickleWriter.entry(view(4, 0, new long[] {1}, new long[] {1}));
        Path foreign = torchFile(pickle, "big");
        refused(() -> TorchFile.open(foreign)).withMessageContaining("byte order big");
        Path two = PickleWriter.zip(folder.resolve("two.bin"), Map.of("a/data.pkl", pickle, "b/data.pkl", pickle));
        refused(() -> TorchFile.open(two)).withMessageContaining("has 2 files data.pkl");
        byte[] same = Files.readAllBytes(two);
        replaceAll(same, "b/data.pkl", "a/data.pkl");
        Path twice = Files.write(folder.resolve("twice.bin"), same);
        refused(() -> TorchFile.open(twice)).withMessageContaining("two files named a/data.pkl");
        Path none = PickleWriter.zip(folder.resolve("none.bin"), Map.of("a/b/data.pkl", pickle, "data.pkl", pickle));
        refused(() -> TorchFile.open(none)).withMessageContaining("has 0 files data.pkl");
        Path text = Files.writeString(folder.resolve("text.bin"), "version https://git-lfs.github.com/spec/v1");
        refused(() -> TorchFile.open(text)).withMessageContaining("is not a zip file");
        Path empty = Files.createFile(folder.resolve("empty.bin"));
        refused(() -> TorchFile.open(empty)).withMessageContaining("is not a zip file");
        refused(() -> TorchFile.open(folder.resolve("absent"))).withMessageContaining("no file");
        Path whole = torchFile(pickle, "little");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, bytes.length - 30));
        refused(() -> TorchFile.open(whole)).withMessageContaining("is damaged");
    }

    @Test
    void open_compressedPickle_isRefused() throws IOException {
        Path file = folder.resolve("bomb.bin");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("a/data.pkl"));
            zip.write(new byte[1 << 20]);
        }
        refused(() -> TorchFile.open(file)).withMessageContaining("data.pkl, which is compressed");
    }

    private Path torchFile(byte[] pickle, String byteOrder) throws IOException {
        byte[] data = new byte[16];
        for (int i = 0; i < 4; i++) {
            // 1, 2, 3 and 4 as little-endian singles.
            int bits = Float.floatToIntBits(i + 1);
            for (int j = 0; j < 4; j++) {
                data[4 * i + j] = (byte) (bits >>> (8 * j));
            }
        }
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("my model/data.pkl", pickle);
        entries.put("my model/byteorder", byteOrder.getBytes(StandardCharsets.US_ASCII));
        entries.put("my model/data/0", data);
        return PickleWriter.zip(folder.resolve("model.bin"), entries);
    }

    private static void replaceAll(byte[] bytes, String old, String replacement) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1).replace(old, replacement);
        System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 0, bytes.length);
    }

    private static PickleWriter view(long stored, long offset, long[] shape, long[] strides) {
        return PickleWriter.part().tensor(stored, offset, shape, strides);
    }

    private static Arguments bad(String expected, PickleWriter pickle) {
        return Arguments.of(expected, pickle.bytes());
    }

    private static ThrowableAssertAlternative<InvalidInputException> refused(Runnable read) {
        return assertThatExceptionOfType(InvalidInputException.class).isThrownBy(read::run);
    }
}
