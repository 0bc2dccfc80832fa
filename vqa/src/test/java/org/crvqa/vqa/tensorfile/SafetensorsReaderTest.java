package org.crvqa.vqa.tensorfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsReaderTest {
    @TempDir
    Path folder;

    @Test
    void read_fileOfPythonLibrary_givesEveryTypeAsWritten() throws IOException {
        Path file = folder.resolve("golden.safetensors");
        try (InputStream in = SafetensorsReaderTest.class.getResourceAsStream("golden.safetensors")) {
            Files.copy(in, file);
        }
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            assertThat(reader.floats("a.f32")).containsExactly(0f, -0f, 1.5f, -2.25f, 65504f, 5.9604645e-08f);
            assertThat(reader.floats("a.f16")).containsExactly(0f, -0f, 1.5f, -2.25f, 65504f, 5.9604645e-08f);
            assertThat(reader.floats("a.bf16")).containsExactly(1f, -3.140625f, Float.POSITIVE_INFINITY);
            assertThat(reader.floats("a.f64")).containsExactly(0.1f, -1e30f);
            assertThat(reader.booleans("a.bool")).containsExactly(1, 0, 0, 1);
            assertThat(reader.longs("a.i64")).containsExactly(1L << 40, -1);
            assertThat(reader.ints("a.i32")).containsExactly(7, -7);
            assertThat(reader.unsignedBytes("a.u8")).containsExactly(255, 1);
            assertThat(reader.floats("scalar")).containsExactly(2.5f);
            assertThat(reader.floats("empty")).isEmpty();
            assertThat(reader.require("a.f32").shape()).containsExactly(2L, 3L);
            assertThat(reader.require("scalar").shape()).isEmpty();
            assertThat(reader.metadata()).containsEntry("format", "pt");
        }
    }

    @Test
    void floats_beyondTwoGigabytes_areReadFromTheirPlace() throws IOException {
        long zeros = 3L << 28; // 3 GiB of F32; a sparse file takes no space
        String header =
                "{\"hole\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]},\"tail\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
                        .formatted(zeros, zeros * 4, zeros * 4, zeros * 4 + 8);
        Path file = write(header, new byte[0]);
        long dataStart = Files.size(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer tail = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
            tail.putFloat(9f).putFloat(3f).putFloat(-4f).flip();
            channel.write(tail, dataStart + zeros * 4 - 4);
        }
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            assertThat(reader.floats("tail")).containsExactly(3f, -4f);
            FloatBuffer end = FloatBuffer.allocate(2);
            reader.mapFloats("hole").copy(zeros - 2, 2, end);
            assertThat(end.array()).containsExactly(0f, 9f);
        }
    }

    @Test
    void map_smallChunks_copiesAcrossTheirBorders() throws IOException {
        Path file = folder.resolve("floats");
        ByteBuffer bytes = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 10; i++) {
            bytes.putFloat(i);
        }
        Files.write(file, bytes.array());
        try (FileChannel channel = FileChannel.open(file)) {
            FloatMapping mapping = FloatMapping.of(
                    channel,
                    4,
                    9,
                    TensorType.F32,
                    FloatDecoder.of(TensorType.F32).orElseThrow(),
                    4);
            FloatBuffer values = FloatBuffer.allocate(7);
            mapping.copy(1, 7, values);
            assertThat(values.array()).containsExactly(2, 3, 4, 5, 6, 7, 8);
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> mapping.copy(3, 7, values.clear()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,12]}} | needs 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}} | outside of the file's 12 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | but the file at byte",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}} | leave a hole",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}"
                        + " | overlap",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-3],\"data_offsets\":[0,12]}} | negative dimension",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,12]}} | too large",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[-1,12]}} | outside",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[12,0]}} | outside",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,1e1]}} | whole numbers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,99999999999999999999]}} | whole numbers",
                "{\"a\":{\"dtype\":7,\"shape\":[12],\"data_offsets\":[0,12]}} | expected a name such as one of",
                "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[12],\"data_offsets\":[0,13]}} | outside of the file's 12"
                        + " bytes",
                "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[12],\"data_offsets\":[0,11]}} | but the file at byte",
                "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,12]}} | no array shape",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0]}} | instead of 2",
                "{\"a\":3} | dtype",
                "[] | not a JSON object",
                "{\"a\" | not valid JSON",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}"
                        + " | Duplicate field",
            })
    void open_wrongHeader_saysWhatIsWrongAndInWhichFile(String header, String expected) throws IOException {
        Path file = write(header, new byte[12]);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> SafetensorsReader.open(file))
                .withMessageContaining(file.toString())
                .withMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "8,1", "8,-1", "8,100000001", "20,13", "20,9223372036854775807"})
    void open_headerLengthBeyondFile_isRefused(int fileBytes, long headerBytes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(fileBytes).order(ByteOrder.LITTLE_ENDIAN);
        if (fileBytes > 0) {
            bytes.putLong(headerBytes);
        }
        Path file = Files.write(folder.resolve("short"), bytes.array());
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> SafetensorsReader.open(file))
                .withMessageContaining("bytes");
    }

    @Test
    void open_missingFile_isNamed() {
        Path file = folder.resolve("nowhere.safetensors");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> SafetensorsReader.open(file))
                .withMessageContaining(file.toString());
    }

    @Test
    void read_otherTypeNameOrShape_isRefused() throws IOException {
        Path file = write("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]}}", new byte[] {0, 1, 2});
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> reader.floats("a"))
                    .withMessageContaining("BOOL");
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> reader.booleans("a"))
                    .withMessageContaining("holds 2 at element 2");
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> reader.require("b"))
                    .withMessageContaining("no tensor b");
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> reader.require("a", List.of(1L, 3L)))
                    .withMessageContaining("[3], expected [1, 3]");
        }
    }

    private Path write(String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text).put(data);
        return Files.write(folder.resolve("file.safetensors"), Arrays.copyOf(bytes.array(), bytes.position()));
    }
}
