package org.crvqa.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What this process's control group tells of memory, version 2 or 1 of control groups. A container has one of its own, and a
 * new one after each restart, whose counts begin at 0.
 */
final class ControlGroup {
    private final Path root;
    private final Path memberships;

    /** {@code root}: /sys/fs/cgroup; {@code memberships}: /proc/self/cgroup. */
    ControlGroup(Path root, Path memberships) {
        this.root = root;
        this.memberships = memberships;
    }

    static ControlGroup ofSystem() {
        return new ControlGroup(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
    }

    /**
     * Memory at one moment.
     *
     * @param group tells groups of one boot of the machine apart
     * @param kills processes of the group that the kernel has killed for memory
     * @param usedBytes that the kernel cannot take back: without cached files; 0 where it does not tell
     * @param limitBytes 0 where there is none, or the kernel does not tell
     */
    record Memory(String group, long kills, long usedBytes, long limitBytes) {
        private static final double AT_LIMIT = 0.95;

        /** Whether next to nothing was left. */
        boolean isAtLimit() {
            return limitBytes > 0 && usedBytes >= AT_LIMIT * limitBytes;
        }
    }

    /** Empty where this machine does not tell. */
    Optional<Memory> memory() {
        try {
            for (String line : Files.readAllLines(memberships)) {
                String[] parts = line.split(":", 3);
                Optional<Memory> memory = parts.length == 3 ? memory(parts[1], parts[2]) : Optional.empty();
                if (memory.isPresent()) {
                    return memory;
                }
            }
        } catch (IOException e) {
            // Not Linux, or a sandbox without /proc.
        }
        return Optional.empty();
    }

    private Optional<Memory> memory(String controllers, String group) {
        String relative = group.startsWith("/") ? group.substring(1) : group;
        if (controllers.isEmpty()) {
            return own(root, relative, "memory.events");
        }
        return List.of(controllers.split(",")).contains("memory")
                ? own(root.resolve("memory"), relative, "memory.oom_control")
                : Optional.empty();
    }

    /** In a container the group's own folder is mounted as the root. */
    private static Optional<Memory> own(Path mount, String group, String events) {
        Optional<Memory> own = read(mount.resolve(group), events);
        return own.isPresent() ? own : read(mount, events);
    }

    private static Optional<Memory> read(Path folder, String events) {
        try {
            Optional<Long> kills = value(folder.resolve(events), "oom_kill");
            if (kills.isEmpty()) {
                return Optional.empty();
            }
            String id = String.valueOf(Files.getAttribute(folder, "unix:ino"));
            return Optional.of(new Memory(id, kills.get(), used(folder), number(folder.resolve("memory.max"))));
        } catch (IOException | NumberFormatException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static long used(Path folder) throws IOException {
        Path stat = folder.resolve("memory.stat");
        long files = value(stat, "active_file").orElse(0L)
                + value(stat, "inactive_file").orElse(0L);
        return Math.max(0, number(folder.resolve("memory.current")) - files);
    }

    /** 0 for "max" and where there is no such file, as in version 1. */
    private static long number(Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        String text = Files.readString(file).strip();
        return text.equals("max") ? 0 : Long.parseLong(text);
    }

    private static Optional<Long> value(Path file, String name) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> Long.valueOf(line.substring(name.length() + 1).strip()))
                .findFirst();
    }
}
