package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorEntry;
import org.crvqa.vqa.tensorfile.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files damaged at random, but the same on every run: reading them either works or says that the input is wrong. Any
 * other exception, such as an index out of bounds, fails.
 */
class DamagedInputTest {
    private static final int IMPORTS_PER_FILE = 20;
    private static final int HEADERS = 1000;

    /** What damage by hand looks like; single bytes alone rarely make another valid token. */
    private static final List<String> PIECES = List.of(
            "-1",
            "0",
            "1e999",
            "99999999999999999999",
            "4294967296",
            "null",
            "[",
            "]",
            "{",
            "}",
            "\"",
            ",",
            "\t",
            "\n",
            "\r",
            "\\ud800",
            "\\u0000",
            "\u0000",
            "NaN",
            "[[[[[[[[",
            "2147483647",
            "é",
            " ");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                SmallVqaCp.TRAIN_QUESTIONS,
                SmallVqaCp.TRAIN_ANNOTATIONS,
                SmallVqaCp.TEST_ANNOTATIONS,
                SmallVqaCp.FEATURES,
                SmallVqaCp.VOCABULARY
            })
    void run_damagedSource_isImportedOrRefused(String file) throws IOException {
        SmallVqaCp source = new SmallVqaCp(folder);
        byte[] whole = Files.readAllBytes(source.file(file));
        int refused = 0;
        for (int seed = 0; seed < IMPORTS_PER_FILE; seed++) {
            byte[] damaged = damage(whole, whole.length, new Random(seed));
            Files.write(source.file(file), damaged);
            refused += refused(
                            file + ", damage " + seed,
                            damaged,
                            () -> source.open(source.run()).close())
                    ? 1
                    : 0;
        }
        assertThat(refused).as("refused of %s", IMPORTS_PER_FILE).isPositive();
    }

    @Test
    void open_damagedSafetensors_isReadOrRefused() throws IOException {
        Path file = folder.resolve("tensors.safetensors");
        writeTensors(file);
        byte[] whole = Files.readAllBytes(file);
        int header = whole.length - 4 * 6 - 8 * 2 - 3;
        int refused = 0;
        for (int seed = 0; seed < HEADERS; seed++) {
            byte[] damaged = damage(whole, header, new Random(seed));
            Files.write(file, damaged);
            refused += refused("safetensors, damage " + seed, damaged, () -> readAll(file)) ? 1 : 0;
        }
        assertThat(refused).as("refused of %s", HEADERS).isPositive();
    }

    @Test
    void parse_damagedModelConfiguration_isReadOrRefused() {
        byte[] whole = """
                {"model_type": "lxmert", "vocab_size": 27, "hidden_size": 64, "num_attention_heads": 4,
                 "l_layers": 1, "x_layers": 1, "r_layers": 1, "initializer_range": 0.1, "hidden_dropout_prob": 0.1}
                """.getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int seed = 0; seed < HEADERS; seed++) {
            byte[] damaged = damage(whole, whole.length, new Random(seed));
            String json = new String(damaged, StandardCharsets.UTF_8);
            refused += refused("config, damage " + seed, damaged, () -> ModelConfig.parse(json, "config.json")) ? 1 : 0;
        }
        assertThat(refused).as("refused of %s", HEADERS).isPositive();
    }

    /** Whether it was refused; anything but success and refusal fails the test and shows the input. */
    private static boolean refused(String what, byte[] input, Runnable read) {
        try {
            read.run();
            return false;
        } catch (InvalidInputException | ArtifactCorruptException e) {
            assertThat(e.getMessage()).as(what).isNotBlank();
            return true;
        } catch (RuntimeException e) {
            return fail(what + ":\n" + new String(input, StandardCharsets.UTF_8), e);
        }
    }

    /** One to three places in the first {@code within} bytes changed, or the rest cut off. */
    private static byte[] damage(byte[] whole, int within, Random random) {
        if (random.nextInt(5) == 0) {
            return Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        byte[] damaged = whole;
        for (int i = random.nextInt(3); i >= 0; i--) {
            damaged = random.nextBoolean() ? flip(damaged, within, random) : insert(damaged, within, random);
        }
        return damaged;
    }

    private static byte[] flip(byte[] whole, int within, Random random) {
        byte[] damaged = whole.clone();
        damaged[random.nextInt(Math.min(within, whole.length))] = (byte) random.nextInt(256);
        return damaged;
    }

    private static byte[] insert(byte[] whole, int within, Random random) {
        byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
        int at = random.nextInt(Math.min(within, whole.length));
        int replaced = Math.min(random.nextInt(4), whole.length - at);
        byte[] damaged = new byte[whole.length + piece.length - replaced];
        System.arraycopy(whole, 0, damaged, 0, at);
        System.arraycopy(piece, 0, damaged, at, piece.length);
        System.arraycopy(whole, at + replaced, damaged, at + piece.length, whole.length - at - replaced);
        return damaged;
    }

    private static void writeTensors(Path file) {
        List<TensorDeclaration> tensors = List.of(
                TensorDeclaration.f32("matrix", 2, 3),
                TensorDeclaration.of("numbers", TensorType.I64, 2),
                TensorDeclaration.bool("flags", 3));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of("format", "pt"))) {
            writer.writeFloats("matrix", new float[6]);
            writer.writeLongs("numbers", new long[] {1, 2});
            writer.writeBooleans("flags", ByteBuffer.wrap(new byte[] {0, 1, 1}));
            writer.commit();
        }
    }

    private static void readAll(Path file) {
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            for (TensorEntry entry : reader.tensors()) {
                switch (entry.type()) {
                    case F32, F16, BF16, F64 -> reader.floats(entry.name());
                    case BOOL -> reader.booleans(entry.name());
                    case U8 -> reader.unsignedBytes(entry.name());
                    case I32 -> reader.ints(entry.name());
                    case I64 -> reader.longs(entry.name());
                    case I8, I16 -> reader.require(entry.name(), entry.shape());
                }
            }
        }
    }
}
