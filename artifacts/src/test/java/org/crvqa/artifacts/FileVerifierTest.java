package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.crvqa.artifact.v1.FileEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileVerifierTest {
    private static final FileEntry ENTRY = FileEntry.newBuilder()
            .setName("a")
            .setSizeBytes(1)
            .setSha256(Sha256.hex("a"))
            .build();
    private static final FileTime THEN = FileTime.fromMillis(1_000_000);

    @TempDir
    private Path folder;

    @Test
    void mismatch_moreFilesThanItRemembers_forgetsThoseSeenLongestAgo() throws IOException {
        FileVerifier verifier = new FileVerifier(2);
        Path first = file("first", "a");
        Path second = file("second", "a");
        Path third = file("third", "a");
        assertThat(verifier.mismatch(first, ENTRY, () -> {})).isEmpty();
        assertThat(verifier.mismatch(second, ENTRY, () -> {})).isEmpty();
        assertThat(verifier.mismatch(first, ENTRY, () -> {})).isEmpty();
        assertThat(verifier.mismatch(third, ENTRY, () -> {})).isEmpty();

        // The same size and time: only who reads the file again sees it.
        file("first", "b");
        file("second", "b");

        assertThat(verifier.mismatch(first, ENTRY, () -> {})).isEmpty();
        assertThat(verifier.mismatch(second, ENTRY, () -> {})).isPresent();
    }

    private Path file(String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        return Files.setLastModifiedTime(file, THEN);
    }
}
