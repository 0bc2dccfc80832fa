package org.crvqa.vqa.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.FloatDecoder;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints damaged at random, but the same on every run: reading all their tensors either works or says that the file
 * is wrong. Any other exception fails, and so does a hang.
 */
@Timeout(120)
class DamagedCheckpointTest {
    private static final Path GOLDEN = Path.of("src/test/golden/checkpoints");
    private static final int RUNS = 2000;

    @TempDir
    Path folder;

    /** Damage to the pickle alone reaches its opcodes; damage to a whole file mostly hits what is around them. */
    @ParameterizedTest
    @ValueSource(strings = {"views.bin", "views-protocol-4.bin"})
    void open_damagedPickle_isReadOrRefused(String name) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        String pickle = "";
        try (ZipFile zip = new ZipFile(GOLDEN.resolve(name).toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
                pickle = entry.getName().endsWith("data.pkl") ? entry.getName() : pickle;
            }
        }
        byte[] whole = entries.get(pickle);
        int refused = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            byte[] damaged = damage(whole, new Random(seed));
            entries.put(pickle, damaged);
            Path file = PickleWriter.zip(folder.resolve("pickle.bin"), entries);
            refused += refused(name + ", damage " + seed, damaged, () -> readAll(file)) ? 1 : 0;
        }
        assertThat(refused).as("refused of %s", RUNS).isBetween(RUNS / 4, RUNS - 1);
    }

    @Test
    void open_damagedZip_isReadOrRefused() throws IOException {
        byte[] whole = Files.readAllBytes(GOLDEN.resolve("views.bin"));
        Path file = folder.resolve("zip.bin");
        int refused = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            byte[] damaged = damage(whole, new Random(seed));
            Files.write(file, damaged);
            refused += refused("zip, damage " + seed, damaged, () -> readAll(file)) ? 1 : 0;
        }
        assertThat(refused).as("refused of %s", RUNS).isBetween(RUNS / 4, RUNS - 1);
    }

    @Test
    void open_damagedIndex_isReadOrRefused() throws IOException {
        try (var files = Files.list(GOLDEN.resolve("lxmert-shards"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path index = folder.resolve("model.safetensors.index.json");
        byte[] whole = Files.readAllBytes(index);
        int refused = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            byte[] damaged = damage(whole, new Random(seed));
            Files.write(index, damaged);
            refused += refused(
                            "index, damage " + seed,
                            damaged,
                            () -> Checkpoint.open(folder).close())
                    ? 1
                    : 0;
        }
        assertThat(refused).as("refused of %s", RUNS).isBetween(RUNS / 4, RUNS - 1);
    }

    private static boolean refused(String what, byte[] input, Runnable read) {
        try {
            read.run();
            return false;
        } catch (InvalidInputException e) {
            assertThat(e.getMessage()).as(what).isNotBlank().hasSizeLessThan(3000);
            return true;
        } catch (RuntimeException | Error e) {
            return fail(what + ":\n" + HexFormat.of().formatHex(input), e);
        }
    }

    /** Some bytes changed, swapped with others or doubled, or the rest cut off. */
    private static byte[] damage(byte[] whole, Random random) {
        if (random.nextInt(10) == 0) {
            return Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        byte[] damaged = whole.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(3)) {
                case 0 -> damaged[at] = (byte) random.nextInt(256);
                case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    int length = Math.min(1 + random.nextInt(16), damaged.length - at);
                    System.arraycopy(whole, random.nextInt(whole.length - length), damaged, at, length);
                }
            }
        }
        return damaged;
    }

    private static void readAll(Path path) {
        try (TorchFile file = TorchFile.open(path)) {
            for (TensorDeclaration tensor : file.declarations()) {
                if (FloatDecoder.of(tensor.type()).isPresent() && !tensor.name().equals("expanded")) {
                    file.floats(tensor.name());
                }
            }
        }
    }
}
