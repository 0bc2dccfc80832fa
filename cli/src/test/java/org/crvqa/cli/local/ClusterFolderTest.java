package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFolderTest {
    private static final ClusterState STATE = new ClusterState(
            42,
            "file:///store",
            "127.0.0.1:5",
            List.of(new ServiceState("coordinator", "coordinator", 5, 6, 43, 0, "/log", "")));

    @TempDir
    private Path path;

    @Test
    void running_lockHeldAndStateWritten_isWhatWasWritten() throws Exception {
        ClusterFolder folder = new ClusterFolder(path);
        try (FileLock lock = folder.lock().orElseThrow()) {
            folder.write(STATE);

            assertThat(lock.isValid()).isTrue();
            assertThat(folder.running()).contains(STATE);
        }
    }

    @Test
    void running_stateLeftByADeadSupervisor_isEmpty() {
        ClusterFolder folder = new ClusterFolder(path);
        folder.write(STATE);

        assertThat(folder.running()).isEmpty();
    }

    @Test
    void running_lockHeldButStateUnreadable_isEmpty() throws Exception {
        ClusterFolder folder = new ClusterFolder(path);
        Files.writeString(path.resolve("cluster.json"), "{ half");
        FileLock lock = folder.lock().orElseThrow();

        assertThat(folder.running()).isEmpty();
        assertThat(lock.isValid()).isTrue();
        lock.release();
    }

    @Test
    void usual_environmentNamesAFolder_isThatFolder() {
        assertThat(ClusterFolder.usual(Map.of("CRVQA_LOCAL", "/data/c"), "/home/a")
                        .path())
                .isEqualTo(Path.of("/data/c"));
        assertThat(ClusterFolder.usual(Map.of(), "/home/a").path()).isEqualTo(Path.of("/home/a/.crvqa/local"));
    }
}
