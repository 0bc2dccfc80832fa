package org.crvqa.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import org.crvqa.cli.ExitCode;

/** A call to the coordinator did not do what was asked. The message is for people. */
public final class CoordinatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String advice;

    private CoordinatorException(int exitCode, String message, String advice, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.advice = advice;
    }

    /** The {@link ExitCode} that fits. */
    public int exitCode() {
        return exitCode;
    }

    /** What to do; may be empty. */
    public String advice() {
        return advice;
    }

    /** Why, as the coordinator says to programs. */
    public ErrorReason reason() {
        return getCause() instanceof StatusRuntimeException failure
                ? ErrorReason.of(failure)
                : new ErrorReason("", Map.of());
    }

    /** {@code file} names what an INVALID_ARGUMENT speaks of: an experiment file. */
    static CoordinatorException of(StatusRuntimeException failure, String address, String file) {
        Status status = failure.getStatus();
        String description = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, NOT_FOUND -> badRequest(failure, file, description);
            case RESOURCE_EXHAUSTED ->
                new CoordinatorException(
                        ExitCode.FAILED,
                        "The coordinator at " + address + " has no room for this now: " + description,
                        "",
                        failure);
            case ALREADY_EXISTS, FAILED_PRECONDITION, OUT_OF_RANGE ->
                new CoordinatorException(ExitCode.BAD_INPUT, description, "", failure);
            case ABORTED -> new CoordinatorException(ExitCode.FAILED, description, "", failure);
            case UNAVAILABLE, DEADLINE_EXCEEDED -> unreachable(failure, address, description);
            default ->
                new CoordinatorException(
                        ExitCode.FAILED,
                        "The coordinator at " + address + " failed: " + status.getCode() + ": " + description,
                        "Its log says more.",
                        failure);
        };
    }

    private static CoordinatorException unreachable(StatusRuntimeException failure, String address, String why) {
        ErrorReason says = ErrorReason.of(failure);
        if (!says.reason().isEmpty()) {
            // It was reached, and says why it does not answer the question.
            String leader = says.about().getOrDefault("leader", "");
            return new CoordinatorException(
                    ExitCode.UNREACHABLE,
                    "The coordinator at " + address + " cannot answer now: " + why,
                    leader.isEmpty() ? "Try again." : "Ask the one that leads: --coordinator " + leader,
                    failure);
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root == failure ? why : why + ": " + root.getMessage();
        return new CoordinatorException(
                ExitCode.UNREACHABLE,
                "Cannot reach the coordinator at " + address + " (" + reason + ")",
                "Start one on this machine with 'crvqa local up', or say where it is: --coordinator HOST:PORT"
                        + " or CRVQA_COORDINATOR.",
                failure);
    }

    private static CoordinatorException badRequest(StatusRuntimeException failure, String file, String description) {
        List<String> violations = Violations.of(failure, file);
        String message = violations.isEmpty()
                ? (file.isEmpty() ? "" : file + ": ") + description
                : String.join(System.lineSeparator(), violations);
        return new CoordinatorException(
                ExitCode.BAD_INPUT, message, file.isEmpty() ? "" : "Correct " + file + " and try again.", failure);
    }
}
