package org.crvqa.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How many processes of this process's control group the kernel has killed for memory: {@code oom_kill} in
 * {@code memory.events} (version 2) or {@code memory.oom_control} (version 1). Where it grew while a process was away, that is
 * what killed it.
 */
final class MemoryKills {
    private final Path root;
    private final Path memberships;

    /** {@code root}: /sys/fs/cgroup; {@code memberships}: /proc/self/cgroup. */
    MemoryKills(Path root, Path memberships) {
        this.root = root;
        this.memberships = memberships;
    }

    static MemoryKills ofSystem() {
        return new MemoryKills(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
    }

    /** Empty where this machine does not tell. */
    Optional<Long> count() {
        try {
            for (String line : Files.readAllLines(memberships)) {
                String[] parts = line.split(":", 3);
                if (parts.length == 3) {
                    Optional<Long> count = count(parts[1], parts[2]);
                    if (count.isPresent()) {
                        return count;
                    }
                }
            }
        } catch (IOException e) {
            // Not Linux, or a sandbox without /proc.
        }
        return Optional.empty();
    }

    private Optional<Long> count(String controllers, String group) {
        String relative = group.startsWith("/") ? group.substring(1) : group;
        if (controllers.isEmpty()) {
            return first(relative, root, "memory.events");
        }
        return List.of(controllers.split(",")).contains("memory")
                ? first(relative, root.resolve("memory"), "memory.oom_control")
                : Optional.empty();
    }

    /** In a container the group's own folder is mounted as the root. */
    private static Optional<Long> first(String group, Path mount, String file) {
        Optional<Long> own = read(mount.resolve(group).resolve(file));
        return own.isPresent() ? own : read(mount.resolve(file));
    }

    private static Optional<Long> read(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith("oom_kill "))
                    .map(line ->
                            Long.valueOf(line.substring("oom_kill ".length()).strip()))
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
