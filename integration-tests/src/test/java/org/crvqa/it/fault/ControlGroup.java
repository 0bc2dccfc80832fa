package org.crvqa.it.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crvqa.it.Installation;

/** A memory control group of its own, version 1 or 2, where this user may create one. Close it when it is empty. */
public final class ControlGroup implements AutoCloseable {
    private static final Path V1 = Path.of("/sys/fs/cgroup/memory");
    private static final Path V2 = Path.of("/sys/fs/cgroup");

    private final Path folder;
    private final boolean usable;

    private ControlGroup(Path folder, boolean usable) {
        this.folder = folder;
        this.usable = usable;
    }

    public static ControlGroup create(String name, long bytes) {
        boolean first = Files.isDirectory(V1);
        Path folder =
                (first ? V1 : V2).resolve(name + "-" + ProcessHandle.current().pid());
        try {
            Files.createDirectory(folder);
            Files.writeString(folder.resolve(first ? "memory.limit_in_bytes" : "memory.max"), Long.toString(bytes));
            return new ControlGroup(folder, true);
        } catch (IOException e) {
            Installation.log("No control group here: " + e);
            return new ControlGroup(folder, false);
        }
    }

    public boolean usable() {
        return usable;
    }

    /** To be put before a command that shall run in the group. */
    public List<String> entering() {
        return List.of("sh", "-c", "echo $$ > " + folder.resolve("cgroup.procs") + " && exec \"$@\"", "sh");
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(folder);
    }
}
