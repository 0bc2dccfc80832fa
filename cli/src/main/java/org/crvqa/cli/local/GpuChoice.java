package org.crvqa.cli.local;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.crvqa.artifacts.InvalidInputException;

/** Which of a machine's GPUs are used. */
public final class GpuChoice {
    private GpuChoice() {}

    /**
     * The GPUs that a list such as "0,2" or "GPU-5f…,GPU-c1…" names: indices as nvidia-smi counts, or the beginnings of
     * UUIDs, as CUDA reads them.
     *
     * @param source who says so, for the message: "--gpus", "CUDA_VISIBLE_DEVICES"
     * @throws InvalidInputException when the list is empty or names none of {@code all}, or several by one name
     */
    public static List<GpuDevice> named(String names, String source, List<GpuDevice> all) {
        Set<GpuDevice> chosen = new LinkedHashSet<>();
        for (String name : names.split(",", -1)) {
            chosen.add(named(name.strip(), all)
                    .orElseThrow(() -> new InvalidInputException(
                            source + " names \"" + name.strip() + "\", expected one of "
                                    + all.stream().map(GpuDevice::words).collect(Collectors.joining(", ")),
                            "Give numbers or UUIDs that 'nvidia-smi -L' shows, separated by commas.")));
        }
        return new ArrayList<>(chosen);
    }

    private static Optional<GpuDevice> named(String name, List<GpuDevice> all) {
        List<GpuDevice> fitting = all.stream()
                .filter(gpu -> name.equals(Integer.toString(gpu.index()))
                        || (name.startsWith("GPU-") && gpu.uuid().startsWith(name)))
                .toList();
        return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
    }
}
