package org.crvqa.vqa.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.vqa.tensor.Libtorch;

/** A machine of a test's making: files below a folder, variables, and what nvidia-smi prints. */
final class Machine {
    private final Path root;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();
    private Optional<List<String>> nvidiaSmi = Optional.empty();

    Machine(Path root) {
        this.root = root;
    }

    Machine file(String name, String text) {
        try {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel module is loaded and a GPU is given to this container. */
    Machine withDriver() {
        return file("proc/driver/nvidia/version", """
                        NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023
                        GCC version:  gcc version 11.4.0
                        """).file("dev/nvidiactl", "");
    }

    Machine variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    Machine property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    Machine nvidiaSmi(String... lines) {
        nvidiaSmi = Optional.of(List.of(lines));
        return this;
    }

    Path root() {
        return root;
    }

    Surroundings surroundings() {
        return new Surroundings(variables, properties::get, root);
    }

    GpuList gpus() {
        return new GpuList(surroundings(), command -> command.equals(GpuList.QUERY) ? nvidiaSmi : Optional.empty());
    }

    GpuDiagnosis diagnosis() {
        return new GpuDiagnosis(surroundings(), gpus());
    }

    /** A folder with the names of a libtorch, of the CPU alone or with CUDA. */
    Libtorch libtorch(boolean cuda) {
        file("libtorch/" + System.mapLibraryName("torch"), "");
        if (cuda) {
            file("libtorch/" + System.mapLibraryName("torch_cuda"), "");
        }
        return new Libtorch(root.resolve("libtorch"), "2.7.1");
    }

    /** As the GPU image sets it. */
    Machine withCudaLibtorch() {
        libtorch(true);
        return variable("PYTORCH_LIBRARY_PATH", root.resolve("libtorch").toString())
                .variable("PYTORCH_FLAVOR", "cu128")
                .variable("PYTORCH_VERSION", "2.7.1");
    }
}
