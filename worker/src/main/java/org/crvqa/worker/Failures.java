package org.crvqa.worker;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.jboss.logging.Logger;

/**
 * The one place where an exception of a task becomes a failure kind, and with it the decision whether the task is tried
 * again. The outermost exception of a known type decides; an unknown one is a defect and gets an incident id, under
 * which the log holds its stack trace.
 */
final class Failures {
    private static final Logger LOG = Logger.getLogger(Failures.class);
    private static final int MAX_DEPTH = 20;

    // libtorch and the C++ runtime say it in words only.
    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("out of memory|not enough memory|can't allocate memory|cannot allocate memory|bad_alloc");

    private final Supplier<String> incidentIds;

    Failures(Supplier<String> incidentIds) {
        this.incidentIds = incidentIds;
    }

    /** The failure to report for {@code thrown}; {@code task} names the task in the log. */
    TaskFailure of(String task, Throwable thrown) {
        Optional<TaskFailure> known = Stream.iterate(thrown, e -> e != null, Throwable::getCause)
                .limit(MAX_DEPTH)
                .flatMap(e -> known(e).stream())
                .findFirst();
        known.ifPresent(failure -> {
            LOG.warnf("%s failed: %s: %s", task, failure.getKind(), failure.getCause());
            // What a device said below its first line is all that there is to find out why.
            LOG.log(
                    failure.getKind() == FailureKind.FAILURE_KIND_DEVICE ? Logger.Level.WARN : Logger.Level.DEBUG,
                    "Cause",
                    thrown);
        });
        return known.orElseGet(() -> defect(task, thrown));
    }

    private static Optional<TaskFailure> known(Throwable e) {
        if (e instanceof InvalidInputException input) {
            return failure(FailureKind.FAILURE_KIND_USER_ERROR, input.getMessage(), input.advice());
        }
        if (e instanceof StoreException) {
            return failure(
                    FailureKind.FAILURE_KIND_EXTERNAL,
                    e.getMessage(),
                    "Check that the object store is reachable and accepts this worker's credentials;"
                            + " the task is tried again by itself.");
        }
        if (e instanceof ArtifactCorruptException) {
            return failure(
                    FailureKind.FAILURE_KIND_CORRUPT_DATA,
                    e.getMessage(),
                    "Stored bytes changed or were cut after they were written: check the store; 'crvqa provenance KEY'"
                            + " tells which file, 'crvqa gc --discard KEY --apply' removes an artifact that can be made"
                            + " again, 'crvqa retry EXPERIMENT' makes it.");
        }
        Optional<DeviceError> device = DeviceError.saidBy(e);
        if (device.isPresent()) {
            return Optional.of(ofDevice(device.get(), device.get().lineOf(e)));
        }
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (e instanceof OutOfMemoryError || OUT_OF_MEMORY.matcher(text).find()) {
            return failure(
                    FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES,
                    "Out of memory: " + lineOf(e),
                    "Give the worker more memory, or choose a smaller batch size or model.");
        }
        if (text.contains("no space left on device")) {
            return failure(
                    FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES,
                    "Disk full: " + e.getMessage(),
                    "Free space where CRVQA_CACHE points, or point it at a larger disk.");
        }
        return Optional.empty();
    }

    private static TaskFailure ofDevice(DeviceError error, String message) {
        return switch (error) {
            case MEMORY ->
                build(
                        FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES,
                        "Out of memory on the device: " + message,
                        "Look with nvidia-smi whether another process uses the same GPU; else choose a smaller batch size,"
                                + " precision: bfloat16, or workers whose GPUs have more memory.");
            case CONTEXT_RUINED ->
                build(
                        FailureKind.FAILURE_KIND_DEVICE,
                        "The device failed: " + message,
                        "The task is tried again by itself, and the worker's process is replaced. If it happens again on one"
                                + " machine, look for Xid errors in its kernel's log; if it happens to one task on several,"
                                + " report it with the worker's log.");
        };
    }

    /** The line that says it; around it libtorch prints where in its program it was, which is for the log. */
    private static String lineOf(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.lines()
                .filter(line ->
                        OUT_OF_MEMORY.matcher(line.toLowerCase(Locale.ROOT)).find())
                .findFirst()
                .map(line -> line.strip().replaceFirst("^RuntimeError: ", ""))
                .orElse(message);
    }

    private TaskFailure defect(String task, Throwable thrown) {
        String incident = incidentIds.get();
        LOG.errorf(thrown, "%s failed: incident %s", task, incident);
        return build(
                FailureKind.FAILURE_KIND_INTERNAL,
                "Unexpected " + thrown.getClass().getSimpleName() + " (incident " + incident + ")",
                "This is a defect: report it with what the worker's log says at incident " + incident + ".");
    }

    private static Optional<TaskFailure> failure(FailureKind kind, String cause, String advice) {
        return Optional.of(build(kind, cause, advice));
    }

    private static TaskFailure build(FailureKind kind, String cause, String advice) {
        return TaskFailure.newBuilder()
                .setKind(kind)
                .setCause(cause)
                .setAdvice(advice)
                .build();
    }
}
