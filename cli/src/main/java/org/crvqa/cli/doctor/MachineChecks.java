package org.crvqa.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.train.Compute;

/** What this machine must have. */
public final class MachineChecks {
    private static final String AREA = "machine";
    private static final double GIBIBYTE = 1 << 30;
    private static final double LITTLE_GIBIBYTES = 10;
    private static final double TOO_LITTLE_GIBIBYTES = 1;

    private MachineChecks() {}

    /** Free space where verified copies and drafts go. */
    public static Check disk(Path cache) {
        try {
            return disk(cache, Files.getFileStore(cache).getUsableSpace());
        } catch (IOException e) {
            return Check.failed(AREA, "disk", cache + ": " + e, "Name another folder with CRVQA_CACHE.");
        }
    }

    static Check disk(Path cache, long usableBytes) {
        double free = usableBytes / GIBIBYTE;
        String found = String.format(Locale.ROOT, "%s: %.1f GiB free", cache, free);
        String advice = "Make room, or name a folder on a larger disk with CRVQA_CACHE: datasets and states of large"
                + " models take tens of gigabytes.";
        if (free < TOO_LITTLE_GIBIBYTES) {
            return Check.failed(AREA, "disk", found, advice);
        }
        return free < LITTLE_GIBIBYTES ? Check.warning(AREA, "disk", found, advice) : Check.ok(AREA, "disk", found);
    }

    /** Whether the tensor engine starts on the device, {@code cpu} or {@code gpu:0}. Loads it into this process. */
    public static Check device(String device) {
        try {
            Compute.start(device, 1);
            return Check.ok(AREA, "device", "the tensor engine runs on " + device);
        } catch (InvalidInputException e) {
            return Check.failed(AREA, "device", String.valueOf(e.getMessage()), e.advice());
        } catch (RuntimeException | LinkageError e) {
            // Native libraries fail in either way.
            return Check.failed(
                    AREA,
                    "device",
                    "the tensor engine does not start on " + device + ": " + e,
                    "It needs Linux on x86-64 with glibc, and for gpu:0 a driver that fits. See --debug for more.");
        }
    }
}
