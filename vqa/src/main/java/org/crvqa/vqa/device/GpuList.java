package org.crvqa.vqa.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The GPUs that the driver knows: by nvidia-smi, else by what the kernel module shows below /proc, which has no sizes. */
public final class GpuList {
    static final List<String> QUERY =
            List.of("nvidia-smi", "--query-gpu=name,driver_version,memory.total,uuid", "--format=csv,noheader,nounits");

    private static final long COMMAND_SECONDS = 10;
    private static final int FIELDS = 4;
    private static final long MEBIBYTE = 1 << 20;
    // "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build ..."
    private static final Pattern MODULE_VERSION = Pattern.compile("Kernel Module.*?\\s(\\d{3,}\\.\\d+(\\.\\d+)?)\\s");

    private final Surroundings surroundings;
    private final CommandRunner commands;

    GpuList(Surroundings surroundings, CommandRunner commands) {
        this.surroundings = surroundings;
        this.commands = commands;
    }

    /** Of this machine. */
    public static GpuList ofSystem() {
        return new GpuList(Surroundings.ofProcess(), CommandRunner.ofSystem(COMMAND_SECONDS));
    }

    /** All of them, in the driver's order, whether this process may use them or not. */
    public List<Gpu> all() {
        List<Gpu> asked = commands.run(QUERY).stream()
                .flatMap(List::stream)
                .flatMap(line -> parse(line).stream())
                .toList();
        return asked.isEmpty() ? shown() : asked;
    }

    /** Of the kernel module; empty where none is loaded. */
    public Optional<String> driverVersion() {
        return surroundings
                .text("proc/driver/nvidia/version")
                .map(MODULE_VERSION::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1));
    }

    /** The one that this process sees as gpu:0; what is not certain of it is left open. */
    Gpu first() {
        List<Gpu> all = all();
        String visible = surroundings
                .variable("CUDA_VISIBLE_DEVICES")
                .orElse("0")
                .split(",", 2)[0]
                .strip();
        Optional<Gpu> named = all.stream()
                .filter(gpu -> visible.startsWith("GPU-")
                        && gpu.uuid().filter(uuid -> uuid.startsWith(visible)).isPresent())
                .findFirst();
        if (named.isPresent()) {
            return named.get();
        }
        // CUDA may number GPUs in another order than the driver: only what all have in common is certain then.
        return all.stream().reduce(GpuList::common).orElse(Gpu.UNKNOWN);
    }

    private static Gpu common(Gpu a, Gpu b) {
        return new Gpu(
                a.name().filter(name -> b.name().equals(Optional.of(name))),
                a.driverVersion().filter(version -> b.driverVersion().equals(Optional.of(version))),
                a.memoryBytes().filter(bytes -> b.memoryBytes().equals(Optional.of(bytes))),
                Optional.empty());
    }

    /** {@code line}: of {@link #QUERY}. A field that the driver does not know is "[N/A]" or "[Not Supported]". */
    private static Optional<Gpu> parse(String line) {
        List<Optional<String>> fields = Arrays.stream(line.split(","))
                .map(String::strip)
                .map(field -> Optional.of(field).filter(known().and(text -> !text.isEmpty())))
                .toList();
        if (fields.size() != FIELDS) {
            return Optional.empty();
        }
        Optional<Long> memory =
                fields.get(2).filter(text -> text.matches("\\d{1,12}")).map(text -> Long.parseLong(text) * MEBIBYTE);
        return Optional.of(new Gpu(fields.get(0), fields.get(1), memory, fields.get(3)));
    }

    private static Predicate<String> known() {
        return field -> !field.startsWith("[");
    }

    private List<Gpu> shown() {
        Path folder = surroundings.root().resolve("proc/driver/nvidia/gpus");
        try (Stream<Path> gpus = Files.list(folder)) {
            return gpus.sorted()
                    .map(gpu -> folder.relativize(gpu).toString())
                    .flatMap(gpu -> surroundings.text("proc/driver/nvidia/gpus/" + gpu + "/information").stream())
                    .map(information -> new Gpu(
                            field(information, "Model"),
                            driverVersion(),
                            Optional.empty(),
                            field(information, "GPU UUID")))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<String> field(String information, String name) {
        return information
                .lines()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
                .map(parts -> parts[1].strip())
                .findFirst();
    }
}
