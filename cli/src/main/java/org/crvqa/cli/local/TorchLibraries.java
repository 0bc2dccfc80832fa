package org.crvqa.cli.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;

/**
 * The CUDA build of libtorch, which the program does not bring along: a folder that PYTORCH_LIBRARY_PATH names, such as
 * {@code torch/lib} of a Python environment, or the first of several that has them. DJL's native part fits one version of it only.
 */
public final class TorchLibraries {
    /** The version that DJL's native part was built against. */
    public static final String VERSION = "2.7.1";

    private static final String VARIABLE = "PYTORCH_LIBRARY_PATH";
    private static final String LIBRARY = "libtorch.so";
    private static final String FLAVOR = "cu128";
    private static final Pattern PYTHON_VERSION = Pattern.compile("(?m)^__version__ = '([0-9.]+)(\\+[^']*)?'");
    private static final String ADVICE =
            "Install torch " + VERSION + " for CUDA 12.8 into a Python environment and name"
                    + " its folder torch/lib there (docs/gpu.md); or run on '--device cpu'.";

    /** In a Python environment's folder beside the libraries: code of torch's own tests, which DJL would load too. */
    private static final String NOT_NEEDED = "libaoti_custom_ops.so,libbackend_with_compiler.so,libc10d_cuda_test.so,"
            + "libjitbackend_test.so,libshm.so,libtorchbind_test.so";

    private TorchLibraries() {}

    /** Whether the environment names libraries at all. */
    public static boolean named(Map<String, String> environment) {
        return !environment.getOrDefault(VARIABLE, "").isBlank();
    }

    /**
     * Looks before a worker dies of it in native code: a wrong version ends a process at its first call.
     *
     * @throws InvalidInputException when the environment names no CUDA build of libtorch {@value #VERSION}
     */
    public static void check(Map<String, String> environment) {
        if (!named(environment)) {
            throw new InvalidInputException(
                    VARIABLE + " is not set: libtorch for a GPU is not part of the program", ADVICE);
        }
        String paths = environment.get(VARIABLE);
        Path folder = Stream.of(paths.split(File.pathSeparator))
                .map(Path::of)
                .map(path -> path.endsWith(LIBRARY) ? path.resolveSibling("") : path)
                .filter(path -> Files.isRegularFile(path.resolve(LIBRARY)))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        VARIABLE + " is " + paths + ", where there is no " + LIBRARY, ADVICE));
        if (Files.isSymbolicLink(folder)) {
            throw new InvalidInputException(
                    VARIABLE + " is " + folder + ", a symbolic link, which the tensor engine does not look behind",
                    "Name the folder that it leads to; see docs/gpu.md.");
        }
        if (!Files.isRegularFile(folder.resolve("libtorch_cuda.so"))) {
            throw new InvalidInputException(
                    VARIABLE + " is " + folder + ", a libtorch for CPUs: there is no libtorch_cuda.so", ADVICE);
        }
        version(folder).filter(found -> !found.equals(VERSION)).ifPresent(found -> {
            throw new InvalidInputException(
                    VARIABLE + " is " + folder + ", of torch " + found + ", expected " + VERSION, ADVICE);
        });
    }

    /** What a process on a GPU needs beside the folder; what the environment sets already stays as it is. */
    public static Map<String, String> variables(Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>();
        variables.put("PYTORCH_FLAVOR", FLAVOR);
        variables.put("PYTORCH_VERSION", VERSION);
        variables.put("PYTORCH_LIBRARY_EXCLUSION", NOT_NEEDED);
        // Without it cuBLAS may round differently from one run to the next.
        variables.put("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
        variables.put("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True");
        variables.keySet().removeIf(environment::containsKey);
        return variables;
    }

    /** As torch's Python package says beside its libraries; empty elsewhere. */
    private static Optional<String> version(Path folder) {
        Path file = folder.toAbsolutePath().normalize().resolveSibling("version.py");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Matcher matcher = PYTHON_VERSION.matcher(Files.readString(file));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
