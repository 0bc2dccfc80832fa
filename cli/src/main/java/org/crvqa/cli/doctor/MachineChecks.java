package org.crvqa.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

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
}
