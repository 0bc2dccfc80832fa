package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchLibrariesTest {
    @TempDir
    private Path folder;

    private Path libraries;

    @BeforeEach
    void layOutAsPipDoes() throws Exception {
        libraries = Files.createDirectories(folder.resolve("torch/lib"));
        Files.createFile(libraries.resolve("libtorch.so"));
        Files.createFile(libraries.resolve("libtorch_cuda.so"));
        version("2.7.1+cu128");
    }

    @Test
    void check_theVersionThatFits_isAccepted() {
        assertThatCode(() -> TorchLibraries.check(environment(libraries))).doesNotThrowAnyException();
    }

    @Test
    void check_notInAPythonEnvironment_isAccepted() throws Exception {
        Files.delete(folder.resolve("torch/version.py"));
        assertThatCode(() -> TorchLibraries.check(environment(libraries))).doesNotThrowAnyException();
    }

    @Test
    void check_notSet_saysWhatToDo() {
        assertRefused(Map.of(), "PYTORCH_LIBRARY_PATH is not set");
    }

    @Test
    void check_anotherVersion_isRefusedBeforeAWorkerDiesOfIt() throws Exception {
        version("2.8.0+cu128");
        assertRefused(environment(libraries), "of torch 2.8.0, expected 2.7.1");
    }

    @Test
    void check_cpuBuild_isRefused() throws Exception {
        Files.delete(libraries.resolve("libtorch_cuda.so"));
        assertRefused(environment(libraries), "there is no libtorch_cuda.so");
    }

    @Test
    void check_anotherFolder_isRefused() {
        assertRefused(environment(folder), "where there is no libtorch.so");
    }

    @Test
    void check_symbolicLink_isRefusedForTheEngineLoadsNothingThen() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), libraries);
        assertRefused(environment(link), "a symbolic link");
    }

    @Test
    void variables_setByThePerson_stayAsTheyAre() {
        assertThat(TorchLibraries.variables(Map.of("PYTORCH_CUDA_ALLOC_CONF", "max_split_size_mb:512")))
                .containsEntry("PYTORCH_FLAVOR", "cu128")
                .containsEntry("PYTORCH_VERSION", "2.7.1")
                .containsEntry("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
                .doesNotContainKey("PYTORCH_CUDA_ALLOC_CONF");
    }

    private static Map<String, String> environment(Path path) {
        return Map.of("PYTORCH_LIBRARY_PATH", path.toString());
    }

    private void version(String version) throws Exception {
        Files.writeString(
                folder.resolve("torch/version.py"), "__all__ = ['__version__']\n__version__ = '" + version + "'\n");
    }

    private static void assertRefused(Map<String, String> environment, String message) {
        assertThatThrownBy(() -> TorchLibraries.check(environment))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message)
                .extracting(e -> ((InvalidInputException) e).advice())
                .asString()
                .contains("docs/gpu.md");
    }
}
