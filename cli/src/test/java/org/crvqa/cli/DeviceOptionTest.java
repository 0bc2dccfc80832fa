package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.local.GpuDevice;
import org.crvqa.cli.local.GpuListing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DeviceOptionTest {
    private static final GpuDevice FIRST = new GpuDevice(0, "GPU-a", "NVIDIA L4", 23034);
    private static final GpuDevice SECOND = new GpuDevice(1, "GPU-b", "NVIDIA L4", 23034);
    private static final GpuListing BOTH = () -> List.of(FIRST, SECOND);
    private static final GpuListing NONE = () -> {
        throw new InvalidInputException("There is no GPU", "Look for one.");
    };

    @TempDir
    private Path libraries;

    private final Map<String, String> environment = new HashMap<>();
    private final CapturedConsole captured = new CapturedConsole();

    @BeforeEach
    void nameLibraries() throws Exception {
        Files.createFile(libraries.resolve("libtorch.so"));
        Files.createFile(libraries.resolve("libtorch_cuda.so"));
        environment.put("PYTORCH_LIBRARY_PATH", libraries.toString());
    }

    @Test
    void resolve_nothingSaid_isTheCpuThoughThereAreGpus() throws Exception {
        assertThat(resolve(BOTH)).isEmpty();
    }

    @Test
    void resolve_gpu_isAllOfThem() throws Exception {
        assertThat(resolve(BOTH, "--device", "gpu")).containsExactly(FIRST, SECOND);
    }

    @Test
    void resolve_someNamed_isThese() throws Exception {
        assertThat(resolve(BOTH, "--gpus", "1")).containsExactly(SECOND);
        environment.put("CUDA_VISIBLE_DEVICES", "0");
        assertThat(resolve(BOTH, "--device", "gpu")).containsExactly(FIRST);
        assertThat(resolve(BOTH, "--device", "gpu", "--gpus", "1")).containsExactly(SECOND);
    }

    @Test
    void resolve_environmentNamesTheDevice_countsUnlessTheOptionSaysOtherwise() throws Exception {
        environment.put("CRVQA_DEVICE", "gpu:0");
        assertThat(resolve(BOTH)).containsExactly(FIRST, SECOND);
        assertThat(resolve(BOTH, "--device", "cpu")).isEmpty();
    }

    @Test
    void resolve_gpuButThereIsNone_isRefused() {
        assertThatThrownBy(() -> resolve(NONE, "--device", "gpu"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("There is no GPU");
    }

    @Test
    void resolve_gpuWithoutLibraries_isRefused() {
        environment.remove("PYTORCH_LIBRARY_PATH");
        assertThatThrownBy(() -> resolve(BOTH, "--device", "gpu"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("PYTORCH_LIBRARY_PATH");
    }

    @Test
    void resolve_autoWithoutGpu_isTheCpuAndSaysWhy() throws Exception {
        assertThat(resolve(NONE, "--device", "auto")).isEmpty();
        assertThat(captured.err()).contains("No GPU is used: There is no GPU.");
        assertThat(resolve(BOTH, "--device", "auto")).containsExactly(FIRST, SECOND);
    }

    @Test
    void resolve_unknownDeviceOrGpusOfACpu_isRefused() {
        assertThatThrownBy(() -> resolve(BOTH, "--device", "gpu:1"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("expected cpu, gpu or auto");
        assertThatThrownBy(() -> resolve(BOTH, "--device", "cpu", "--gpus", "0"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--gpus");
    }

    private List<GpuDevice> resolve(GpuListing listing, String... arguments) throws Exception {
        CliContext context = new CliContext(
                captured.console(), environment, libraries, libraries.toString(), InstantSource.system());
        return CommandLine.populateCommand(new DeviceOption(), arguments).resolve(context, listing);
    }
}
