package org.crvqa.cli.doctor;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.cli.console.Rates;

/** How fast a file of a state's kind goes to the store and comes back, and whether it comes back as it was. */
public final class ThroughputCheck {
    private static final String AREA = "store";
    private static final String NAME = "throughput";
    private static final int MEBIBYTE = 1 << 20;
    // The optimizer's state of an LXMERT, about 2.5 GB, then takes two minutes.
    private static final double SLOW_MEGABYTES_PER_SECOND = 20;

    private final ObjectStore store;
    private final Path folder;

    /** Temporary files go to {@code folder}. The store stays the caller's to close. */
    public ThroughputCheck(ObjectStore store, Path folder) {
        this.store = store;
        this.folder = folder;
    }

    /** Of a file with so many MiB, at least 1. */
    public Check run(int mebibytes) {
        return StoreChecks.guarded(NAME, () -> {
            try (ProbeObjects probes = new ProbeObjects(store)) {
                return measure(probes.name("throughput"), mebibytes);
            }
        });
    }

    private Check measure(String name, int mebibytes) {
        try {
            Path scratch = Files.createTempDirectory(folder, "doctor");
            Path sent = scratch.resolve("sent");
            Path received = scratch.resolve("received");
            try {
                fill(sent, mebibytes);
                double up = megabytesPerSecond(mebibytes, () -> store.upload(name, sent));
                double down = megabytesPerSecond(mebibytes, () -> store.download(name, received));
                boolean same = Files.exists(received) && Sha256.hex(sent).equals(Sha256.hex(received));
                return judge(mebibytes, up, down, same);
            } finally {
                Files.deleteIfExists(sent);
                Files.deleteIfExists(received);
                Files.deleteIfExists(scratch);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot measure with files in " + folder, e);
        }
    }

    static Check judge(int mebibytes, double up, double down, boolean same) {
        String found = mebibytes + " MiB: up " + Rates.number(up) + " MB/s, down " + Rates.number(down) + " MB/s";
        if (!same) {
            return Check.failed(
                    AREA,
                    NAME,
                    found + ", but other bytes came back",
                    "Something between this machine and the store changes data. Do not use it.");
        }
        return Math.min(up, down) >= SLOW_MEGABYTES_PER_SECOND
                ? Check.ok(AREA, NAME, found)
                : Check.warning(
                        AREA,
                        NAME,
                        found,
                        "Saving and resuming large models will be slow. Bring store and workers into one region or"
                                + " network, and run this on a worker's machine to be sure.");
    }

    // Random, so that nothing on the way can compress it.
    private static void fill(Path file, int mebibytes) throws IOException {
        Random random = new Random(0);
        byte[] block = new byte[MEBIBYTE];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }

    private static double megabytesPerSecond(int mebibytes, Runnable transfer) {
        long started = System.nanoTime();
        transfer.run();
        double seconds = Math.max(1, System.nanoTime() - started) / 1e9;
        return (double) mebibytes * MEBIBYTE / 1e6 / seconds;
    }
}
