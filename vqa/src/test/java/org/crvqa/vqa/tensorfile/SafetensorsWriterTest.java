package org.crvqa.vqa.tensorfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    @Test
    void write_everyType_readsBackEqual() throws IOException {
        Path file = folder.resolve("t.safetensors");
        float[] large = new float[700_001];
        Random random = new Random(1);
        for (int i = 0; i < large.length; i++) {
            large[i] = random.nextFloat();
        }
        try (SafetensorsWriter writer = SafetensorsWriter.create(
                file,
                List.of(
                        TensorDeclaration.bool("mask", 3),
                        TensorDeclaration.f32("large", large.length),
                        TensorDeclaration.f32("none", 0, 4),
                        TensorDeclaration.of("longs", TensorType.I64, 2),
                        TensorDeclaration.of("ints", TensorType.I32, 2, 1),
                        TensorDeclaration.of("bytes", TensorType.U8, 1),
                        TensorDeclaration.f32("scalar")),
                Map.of("made by", "a test"))) {
            writer.writeBooleans("mask", ByteBuffer.wrap(new byte[] {1, 0, 1}));
            writer.writeFloats("large", FloatBuffer.wrap(large, 0, 300_000));
            writer.writeFloats("large", FloatBuffer.wrap(large, 300_000, large.length - 300_000));
            writer.writeFloats("none", new float[0]);
            writer.writeLongs("longs", new long[] {Long.MIN_VALUE, 3});
            writer.writeInts("ints", new int[] {-1, 5});
            writer.writeBytes("bytes", new byte[] {9});
            writer.writeFloats("scalar", new float[] {Float.MIN_VALUE});
            writer.commit();
        }
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            assertThat(reader.booleans("mask")).containsExactly(1, 0, 1);
            assertThat(reader.floats("large")).isEqualTo(large);
            assertThat(reader.require("none").shape()).containsExactly(0L, 4L);
            assertThat(reader.longs("longs")).containsExactly(Long.MIN_VALUE, 3);
            assertThat(reader.ints("ints")).containsExactly(-1, 5);
            assertThat(reader.unsignedBytes("bytes")).containsExactly(9);
            assertThat(reader.floats("scalar")).containsExactly(Float.MIN_VALUE);
            assertThat(reader.metadata()).containsExactly(Map.entry("made by", "a test"));
            assertThat(reader.tensors())
                    .extracting(TensorEntry::name)
                    .containsExactly("mask", "large", "none", "longs", "ints", "bytes", "scalar");
            assertThat(reader.require("mask").offset() % 8).isZero();
        }
    }

    @Test
    void write_smallFile_givesTheseBytes() throws IOException {
        Path file = folder.resolve("t.safetensors");
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(TensorDeclaration.f32("a", 1)))) {
            writer.writeFloats("a", new float[] {1f});
            writer.commit();
        }
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}  ";
        assertThat(Files.readAllBytes(file))
                .isEqualTo(("8\0\0\0\0\0\0\0" + header + "\0\0\u0080?").getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void close_withoutCommit_leavesNothingAndTheOldFile() throws IOException {
        Path file = Files.writeString(folder.resolve("t.safetensors"), "old");
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(TensorDeclaration.f32("a", 2)))) {
            writer.writeFloats("a", new float[] {1f});
            assertThatIllegalStateException().isThrownBy(writer::commit).withMessageContaining("1 of its 2 elements");
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(file).hasContent("old");
    }

    @Test
    void write_otherOrderTypeOrLength_isRefused() {
        Path file = folder.resolve("t.safetensors");
        try (SafetensorsWriter writer = SafetensorsWriter.create(
                file, List.of(TensorDeclaration.f32("a", 2), TensorDeclaration.bool("b", 1)))) {
            assertThatIllegalStateException().isThrownBy(() -> writer.writeBooleans("b", ByteBuffer.wrap(new byte[1])));
            assertThatIllegalStateException().isThrownBy(() -> writer.writeInts("a", new int[2]));
            assertThatIllegalStateException().isThrownBy(() -> writer.writeFloats("a", new float[3]));
            writer.writeFloats("a", new float[2]);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.writeBooleans("b", ByteBuffer.wrap(new byte[] {2})));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafetensorsWriter.create(
                        file, List.of(TensorDeclaration.f32("a", 2), TensorDeclaration.f32("a", 2))))
                .withMessageContaining("twice");
    }
}
