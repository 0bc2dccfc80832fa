package org.crvqa.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.cli.bench.BenchException;
import org.crvqa.cli.client.CoordinatorException;
import org.crvqa.cli.client.WorkerException;
import org.crvqa.cli.local.ClusterStartException;

/**
 * What an exception means to a person: decided here and nowhere else.
 *
 * @param exitCode an {@link ExitCode}
 * @param message what was wrong and where
 * @param advice what to do; may be empty
 */
record Failure(int exitCode, String message, String advice) {
    static Failure of(Throwable thrown) {
        if (thrown instanceof InvalidInputException e) {
            return new Failure(ExitCode.BAD_INPUT, message(e), e.advice());
        }
        if (thrown instanceof CoordinatorException e) {
            return new Failure(e.exitCode(), message(e), e.advice());
        }
        if (thrown instanceof WorkerException e) {
            return new Failure(e.exitCode(), message(e), e.advice());
        }
        if (thrown instanceof BenchException e) {
            return new Failure(ExitCode.FAILED, message(e), e.advice());
        }
        if (thrown instanceof StoreException e) {
            return new Failure(
                    ExitCode.UNREACHABLE,
                    e.problem(),
                    e.advice().isEmpty() ? "Check --store (or CRVQA_STORE) and that the store answers." : e.advice());
        }
        if (thrown instanceof ArtifactCorruptException e) {
            return new Failure(
                    ExitCode.FAILED,
                    message(e),
                    "Stored bytes were damaged or changed. Remove the artifact from the store and make it again.");
        }
        if (thrown instanceof ClusterStartException e) {
            return new Failure(ExitCode.UNREACHABLE, message(e), "");
        }
        if (thrown instanceof InterruptedException) {
            return new Failure(ExitCode.INTERRUPTED, "Interrupted", "");
        }
        if (thrown instanceof UncheckedIOException e && e.getCause() != null) {
            return ofIo(e.getCause());
        }
        if (thrown instanceof IOException e) {
            return ofIo(e);
        }
        return new Failure(
                ExitCode.FAILED,
                "Internal error: " + thrown,
                "This is a defect of crvqa. Run the command again with --debug and report what it prints.");
    }

    private static Failure ofIo(IOException e) {
        if (e instanceof NoSuchFileException missing) {
            return new Failure(ExitCode.BAD_INPUT, "There is no file " + missing.getFile(), "Check the path.");
        }
        if (e instanceof FileAlreadyExistsException present) {
            return new Failure(ExitCode.BAD_INPUT, present.getFile() + " exists already", "Remove it or name another.");
        }
        if (e instanceof FileSystemException file) {
            String reason = reason(file);
            return new Failure(
                    ExitCode.BAD_INPUT,
                    file.getFile() + ": " + reason,
                    "Check the path, its permissions and free space.");
        }
        return new Failure(ExitCode.FAILED, "Input or output failed: " + message(e), "");
    }

    private static String reason(FileSystemException e) {
        if (e.getReason() != null) {
            return e.getReason();
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof NotDirectoryException
                ? "it is no folder"
                : e.getClass().getSimpleName().replaceFirst("Exception$", "");
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
