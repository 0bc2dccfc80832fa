package org.crvqa.vqa.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.fuzz.Damage;
import org.crvqa.vqa.tensorfile.TensorType;

/** Region features as HDF5, pickles and ZIP archives are read or refused; see docs/fuzzing.md. */
class RegionFormatsFuzzTest {
    private static final Path GOLDEN = Path.of("src/test/golden/features");
    private static Path folder = Path.of("target");

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("fuzz");
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

    @Property(tries = 1000)
    void pickleOfProtocol0(@ForAll("damages") Damage damage) throws IOException {
        damaged("protocol-0.pkl", damage);
    }

    @Property(tries = 1000)
    void pickleOfProtocol4(@ForAll("damages") Damage damage) throws IOException {
        damaged("protocol-4.pkl", damage);
    }

    @Property
    void pickleOfProtocol5(@ForAll("damages") Damage damage) throws IOException {
        damaged("protocol-5.pkl", damage);
    }

    @Property
    void index(@ForAll("damages") Damage damage) throws IOException {
        Path file = folder.resolve("index_imgid2idx.pkl");
        damage.mustBeRefusedCleanly(file, Files.readAllBytes(GOLDEN.resolve("chunked_imgid2idx.pkl")), index -> {
            try {
                RowIndex.read(index, 6);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Property
    void zip(@ForAll("damages") Damage damage) throws IOException {
        damaged("parts.zip", damage);
    }

    @Property
    void hdf5(@ForAll("damages") Damage damage) throws IOException {
        hdf5("fixed", damage);
    }

    @Property
    void hdf5InChunks(@ForAll("damages") Damage damage) throws IOException {
        hdf5("ragged-chunked", damage);
    }

    private static void hdf5(String stem, Damage damage) throws IOException {
        Path index = folder.resolve(stem + "_imgid2idx.pkl");
        if (!Files.exists(index)) {
            Files.copy(GOLDEN.resolve(index.getFileName()), index);
        }
        damaged(stem + ".hdf5", damage);
    }

    private static void damaged(String name, Damage damage) throws IOException {
        damage.mustBeRefusedCleanly(
                folder.resolve(name), Files.readAllBytes(GOLDEN.resolve(name)), RegionFormatsFuzzTest::readAll);
    }

    private static void readAll(Path file) {
        SourceFiles sources = new SourceFiles(ImportListener.none());
        try (RegionReader reader = RegionReaders.open(sources, file)) {
            for (var image = reader.next(); image.isPresent(); image = reader.next()) {
                image.get().decode(TensorType.F32);
            }
        } catch (IOException e) {
            // As an import does with what it cannot read.
            throw new InvalidInputException("Cannot read " + file + ": " + e, "Check the file.", e);
        }
    }
}
