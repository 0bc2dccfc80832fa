package org.crvqa.vqa.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.crvqa.vqa.fuzz.Damage;
import org.crvqa.vqa.tensorfile.FloatDecoder;
import org.crvqa.vqa.tensorfile.TensorDeclaration;

/** Checkpoints of PyTorch and their indexes are read or refused; see docs/fuzzing.md. */
class CheckpointFuzzTest {
    private static final Path GOLDEN = Path.of("src/test/golden/checkpoints");
    private static Path folder = Path.of("target");

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("fuzz");
        try (Stream<Path> files = Files.list(GOLDEN.resolve("lxmert-shards"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<Damage> damages() {
        return Damage.any();
    }

    @Property
    void zip(@ForAll("damages") Damage damage) throws IOException {
        damage.mustBeRefusedCleanly(
                folder.resolve("zip.bin"),
                Files.readAllBytes(GOLDEN.resolve("views.bin")),
                CheckpointFuzzTest::readAll);
    }

    /** Damage to the pickle alone reaches its opcodes; damage to a whole file mostly hits what is around them. */
    @Property(tries = 1000)
    void pickleOfProtocol2(@ForAll("damages") Damage damage) throws IOException {
        pickle("views.bin", damage);
    }

    @Property(tries = 1000)
    void pickleOfProtocol4(@ForAll("damages") Damage damage) throws IOException {
        pickle("views-protocol-4.bin", damage);
    }

    @Property
    void index(@ForAll("damages") Damage damage) throws IOException {
        String name = "model.safetensors.index.json";
        damage.mustBeRefusedCleanly(
                folder.resolve(name),
                Files.readAllBytes(GOLDEN.resolve("lxmert-shards").resolve(name)),
                file -> Checkpoint.open(folder).close());
    }

    private static void pickle(String name, Damage damage) throws IOException {
        Map<String, byte[]> entries = entries(GOLDEN.resolve(name));
        String pickle = entries.keySet().stream()
                .filter(entry -> entry.endsWith("data.pkl"))
                .findFirst()
                .orElseThrow();
        damage.mustBeRefusedCleanly(folder.resolve("pickle"), entries.get(pickle), part -> {
            try {
                entries.put(pickle, Files.readAllBytes(part));
                readAll(PickleWriter.zip(folder.resolve("pickle.bin"), entries));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Map<String, byte[]> entries(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
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
