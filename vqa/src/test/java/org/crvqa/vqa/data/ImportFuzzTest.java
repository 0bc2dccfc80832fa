package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.fuzz.Damage;

/** A whole import with one damaged source: it works, or it is refused and leaves nothing; see docs/fuzzing.md. */
class ImportFuzzTest {
    @Provide
    Arbitrary<Damage> damages() {
        return Damage.any();
    }

    @Provide
    Arbitrary<String> sources() {
        return Arbitraries.of(
                SmallVqaCp.TRAIN_QUESTIONS,
                SmallVqaCp.TRAIN_ANNOTATIONS,
                SmallVqaCp.TEST_ANNOTATIONS,
                SmallVqaCp.FEATURES,
                SmallVqaCp.VOCABULARY);
    }

    // An import takes some ten milliseconds.
    @Property(tries = 100)
    void run(@ForAll("sources") String name, @ForAll("damages") Damage damage) throws IOException {
        Path folder = Files.createTempDirectory("fuzz");
        try {
            SmallVqaCp source = new SmallVqaCp(folder);
            byte[] damaged = damage.to(Files.readAllBytes(source.file(name)));
            Files.write(source.file(name), damaged);
            try {
                source.open(source.run()).close();
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException e) {
                fail(name + ":\n" + new String(damaged, StandardCharsets.UTF_8), e);
            }
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
