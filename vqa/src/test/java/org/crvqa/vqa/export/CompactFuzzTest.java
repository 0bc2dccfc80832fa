package org.crvqa.vqa.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.vqa.fuzz.Damage;

/** A compact checkpoint is restored or refused; see docs/fuzzing.md. */
class CompactFuzzTest {
    private static Path folder = Path.of("target");
    private static byte[] valid = {};

    @BeforeContainer
    static void writeCheckpoint() throws IOException {
        folder = Files.createTempDirectory("fuzz");
        try (ExportFixture fixture = new ExportFixture(folder, ExportFixture.LXMERT)) {
            ExportSource source = ExportSource.find(fixture.repository, new ArtifactKey(fixture.stage2.getKey()));
            ModelExport.write(
                    source, List.of(), ModelExport.Form.COMPACT, folder.resolve("compact"), false, bytes -> {});
        }
        valid = Files.readAllBytes(folder.resolve("compact").resolve(ModelExport.COMPACT));
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
    void restore(@ForAll("damages") Damage damage) {
        damage.mustBeRefusedCleanly(
                folder.resolve("damaged.safetensors"),
                valid,
                file -> CompactFile.restore(file, folder.resolve("model"), folder.resolve("mask"), bytes -> {}));
    }

    /** Most of a file is weights; here only its header is damaged, where structure is. */
    @Property
    void restoreWithDamagedHeader(@ForAll("damages") Damage damage) {
        int header = ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN).getInt() + Long.BYTES;
        Damage inHeader = whole -> {
            byte[] damaged = damage.to(Arrays.copyOf(whole, header));
            byte[] result = Arrays.copyOf(damaged, damaged.length + whole.length - header);
            System.arraycopy(whole, header, result, damaged.length, whole.length - header);
            return result;
        };
        restore(inHeader);
    }
}
