package org.crvqa.vqa.device;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crvqa.vqa.tensor.Libtorch;

/** Why a trial on the GPU failed, in words, with the one line that mends it: from what is there, and what the trial said. */
final class GpuDiagnosis {
    private static final int MAX_DEPTH = 20;
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("(lib[\\w.+-]+\\.so[\\w.]*): cannot open shared object");

    private record Symptom(Pattern words, String reason, String remedy) {}

    // Most telling first. The words are those of the CUDA runtime, of libtorch and of the dynamic linker.
    private static final List<Symptom> SYMPTOMS = List.of(
            new Symptom(
                    Pattern.compile("jni not found|not found in classpath: jnilib"),
                    "the engine has no native part for this libtorch",
                    EngineSettings.LINE),
            new Symptom(
                    Pattern.compile("undefined symbol|symbol lookup error"),
                    "the libtorch that PYTORCH_LIBRARY_PATH names is another one than 2.7.1",
                    EngineSettings.LINE),
            new Symptom(
                    Pattern.compile("driver version is insufficient|driver on your system is too old"),
                    "the NVIDIA driver is too old for libtorch's CUDA 12.8",
                    "Update the NVIDIA driver of this machine to 570 or newer."),
            new Symptom(
                    Pattern.compile("no kernel image"),
                    "this libtorch has no code for this GPU model",
                    "Use a GPU that libtorch 2.7.1 for CUDA 12.8 knows, or set CRVQA_DEVICE=cpu."),
            new Symptom(
                    Pattern.compile("out of memory|cublas_status_alloc_failed"),
                    "the GPU has no memory left: another process holds it",
                    "End the other process that nvidia-smi shows on this GPU, or choose another GPU with"
                            + " CUDA_VISIBLE_DEVICES."),
            new Symptom(
                    Pattern.compile("no cuda-capable device|no cuda gpus are available|invalid device ordinal"),
                    "the CUDA runtime sees no GPU",
                    "Look whether nvidia-smi shows a GPU here and whether CUDA_VISIBLE_DEVICES names one of them."));

    private final Surroundings surroundings;
    private final GpuList gpus;

    GpuDiagnosis(Surroundings surroundings, GpuList gpus) {
        this.surroundings = surroundings;
        this.gpus = gpus;
    }

    /** {@code libtorch}: empty where it could not be loaded. */
    Unusable of(Optional<Libtorch> libtorch, Throwable failure) {
        return missingGpu()
                .or(() -> cpuBuild(libtorch))
                .or(() -> missingLibrary(failure))
                .or(() -> symptom(failure))
                .orElseGet(() -> new Unusable(
                        "the trial on it failed: " + firstLine(failure),
                        "Run nvidia-smi on this machine; if it works there, look for Xid errors in the kernel's log."));
    }

    /** Why the engine does not start at all, on whatever device. */
    Unusable ofEngine(Throwable failure) {
        return missingLibrary(failure)
                .or(() -> symptom(failure))
                .orElseGet(() -> new Unusable(
                        firstLine(failure),
                        "It needs Linux on x86-64 with glibc. Unset PYTORCH_LIBRARY_PATH, PYTORCH_FLAVOR and PYTORCH_VERSION"
                                + " to use the CPU library of this program."));
    }

    private Optional<Unusable> missingGpu() {
        boolean driver = surroundings.exists("proc/driver/nvidia/version");
        boolean control = surroundings.exists("dev/nvidiactl");
        // Windows' subsystem for Linux has a GPU without either.
        if (control || surroundings.exists("dev/dxg")) {
            return hidden();
        }
        if (driver) {
            return Optional.of(new Unusable(
                    "NVIDIA's driver " + gpus.driverVersion().orElse("")
                            + " runs on this machine, but no GPU is given to"
                            + " this container: there is no /dev/nvidiactl",
                    "Give the container a GPU: docker run --gpus all, or on Kubernetes the limit nvidia.com/gpu: 1."));
        }
        return Optional.of(new Unusable(
                "there is no NVIDIA driver on this machine: neither /proc/driver/nvidia/version nor /dev/nvidiactl",
                "Run on a machine with an NVIDIA GPU and its driver, or set CRVQA_DEVICE=cpu."));
    }

    private Optional<Unusable> hidden() {
        return Optional.ofNullable(surroundings.environment().get("CUDA_VISIBLE_DEVICES"))
                .map(String::strip)
                .filter(visible -> visible.isEmpty() || visible.equals("-1") || visible.equals("NoDevFiles"))
                .map(visible -> new Unusable(
                        "CUDA_VISIBLE_DEVICES is \"" + visible + "\", which hides every GPU",
                        "Set CUDA_VISIBLE_DEVICES to the number of one GPU, or unset it."));
    }

    private static Optional<Unusable> cpuBuild(Optional<Libtorch> libtorch) {
        return libtorch.filter(library -> !library.hasCuda())
                .map(library -> new Unusable(
                        "libtorch " + library.version() + " in " + library.folder() + " is a CPU build",
                        EngineSettings.LINE));
    }

    private static Optional<Unusable> missingLibrary(Throwable failure) {
        Matcher missing = MISSING_LIBRARY.matcher(messages(failure));
        if (!missing.find()) {
            return Optional.empty();
        }
        String library = missing.group(1);
        String reason = "libtorch needs the library " + library + ", which is not found";
        boolean ofLibtorch = library.startsWith("libc10") || library.startsWith("libtorch");
        return Optional.of(
                ofLibtorch
                        ? new Unusable(reason + ": PYTORCH_LIBRARY_PATH names a CPU build", EngineSettings.LINE)
                        : new Unusable(
                                reason,
                                "Put the folder with " + library + " (of CUDA 12.8's runtime libraries) into"
                                        + " LD_LIBRARY_PATH."));
    }

    private static Optional<Unusable> symptom(Throwable failure) {
        String messages = messages(failure).toLowerCase(Locale.ROOT);
        return SYMPTOMS.stream()
                .filter(symptom -> symptom.words().matcher(messages).find())
                .findFirst()
                .map(symptom -> new Unusable(symptom.reason() + " (" + firstLine(failure) + ")", symptom.remedy()));
    }

    private static String messages(Throwable failure) {
        return chain(failure).map(e -> String.valueOf(e.getMessage())).collect(Collectors.joining("\n"));
    }

    /** Of the innermost cause: the engine wraps what the native library says; what follows is a native stack trace. */
    private static String firstLine(Throwable failure) {
        Throwable innermost = chain(failure).reduce((outer, inner) -> inner).orElse(failure);
        return String.valueOf(innermost.getMessage()).lines().findFirst().orElse("");
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, e -> e != null, Throwable::getCause).limit(MAX_DEPTH);
    }
}
