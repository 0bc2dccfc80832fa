package org.crvqa.it.fault;

import java.io.IOException;
import java.nio.file.Path;

/** A file system of few bytes, in memory, where this user may mount one. */
final class SmallDisk {
    private SmallDisk() {}

    /** False: not permitted. */
    static boolean mount(Path folder, long bytes) throws IOException, InterruptedException {
        return run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "crvqa-fault", folder.toString());
    }

    static void unmount(Path folder) throws IOException, InterruptedException {
        run("umount", folder.toString());
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
