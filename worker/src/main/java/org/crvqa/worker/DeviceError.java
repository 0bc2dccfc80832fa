package org.crvqa.worker;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the words of CUDA, cuBLAS and cuDNN say about the device; libtorch has no other way to tell. Errors that leave the
 * device as it was, such as operands of wrong types, are none of these.
 */
enum DeviceError {
    /** Too little memory for what was asked; the device works on. */
    MEMORY(
            "cuda (error: )?out of memory",
            "cublas_status_alloc_failed",
            "cudnn_status_alloc_failed",
            "cudaerrormemoryallocation",
            "cuda_error_out_of_memory"),
    /**
     * The device, or this process's context on it, is of no use from now on: every later call fails, whatever the task.
     * A kernel of the task may be the cause or the hardware; a new process finds out.
     */
    CONTEXT_RUINED(
            "device-side assert",
            "illegal memory access",
            "illegal (instruction|address)",
            "misaligned address",
            "invalid (program counter|address space)",
            "unspecified launch failure",
            "launch timed out and was terminated",
            "uncorrectable (ecc|nvlink)",
            "gpu is lost",
            "fallen off the bus",
            "\\bxid\\b",
            "cudaerror(assert|illegaladdress|misalignedaddress|launchfailure|eccuncorrectable)",
            "cublas_status_(execution_failed|internal_error|not_initialized)",
            "cudnn_status_(execution_failed|internal_error)",
            "cuda error: (unknown error|hardware stack error|initialization error|system not yet initialized|no"
                    + " cuda-capable device|all cuda-capable devices are busy|context is destroyed|driver shutting down)");

    private static final int MAX_DEPTH = 20;

    private final Pattern words;

    DeviceError(String... words) {
        this.words = Pattern.compile(String.join("|", words));
    }

    /** What this one exception says, its causes left aside. */
    static Optional<DeviceError> saidBy(Throwable thrown) {
        String text = String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of(values())
                .filter(error -> error.words.matcher(text).find())
                .findFirst();
    }

    /** The line of a message that says this: around it libtorch prints where in its program and its own code it was. */
    String lineOf(Throwable thrown) {
        return String.valueOf(thrown.getMessage())
                .lines()
                .filter(line -> words.matcher(line.toLowerCase(Locale.ROOT)).find())
                .findFirst()
                .map(line -> line.strip().replaceFirst("^RuntimeError: ", ""))
                .orElse("");
    }

    /** Whether the exception or a cause of it says that the context is ruined. */
    static boolean ruinsContext(Throwable thrown) {
        return Stream.iterate(thrown, e -> e != null, Throwable::getCause)
                .limit(MAX_DEPTH)
                .anyMatch(e -> saidBy(e).equals(Optional.of(CONTEXT_RUINED)));
    }
}
