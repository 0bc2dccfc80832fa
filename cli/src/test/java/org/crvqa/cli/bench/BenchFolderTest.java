package org.crvqa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchFolderTest {
    @TempDir
    Path parent;

    @Test
    void create_leftoversOfKilledRuns_removesOldOnesOnly() throws IOException {
        Path old = Files.createDirectories(parent.resolve("bench-1/state")).getParent();
        Files.writeString(old.resolve("state/file"), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path running = Files.createDirectories(parent.resolve("bench-2"));
        Path other = Files.createDirectories(parent.resolve("drafts"));
        Files.setLastModifiedTime(other, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        try (BenchFolder folder = BenchFolder.create(parent)) {
            assertThat(folder.path()).isDirectory();
        }
        assertThat(parent.toFile().list()).containsExactlyInAnyOrder("bench-2", "drafts");
        assertThat(running).isDirectory();
    }
}
