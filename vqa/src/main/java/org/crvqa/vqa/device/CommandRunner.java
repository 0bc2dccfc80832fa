package org.crvqa.vqa.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a program of this machine and reads what it prints. */
@FunctionalInterface
interface CommandRunner {
    /** The printed lines; empty where the program is not there, fails, or does not end in time. */
    Optional<List<String>> run(List<String> command);

    /** Processes; a driver that hangs must not keep a worker from starting, so they have so many seconds. */
    static CommandRunner ofSystem(long seconds) {
        return command -> {
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                process.getOutputStream().close();
                // What is asked for fits into the pipe, so that the program can end before anybody reads.
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return Optional.empty();
                }
                String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return process.exitValue() == 0 ? Optional.of(printed.lines().toList()) : Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        };
    }
}
