package org.crvqa.cli.local;

import java.util.Optional;

/**
 * A GPU of this machine, as the driver names it.
 *
 * @param index the driver's number, from 0
 * @param uuid "GPU-…"; the same after a restart of the machine, whatever order CUDA counts in
 * @param name of the model
 * @param memoryMebibytes of the card; 0 where the driver does not tell, as for those that use the machine's memory
 */
public record GpuDevice(int index, String uuid, String name, long memoryMebibytes) {
    private static final int FIELDS = 4;
    private static final String NUMBER = "\\d{1,9}";

    /** From a line "0, GPU-…, NVIDIA H100, 81559"; empty when it is none. */
    public static Optional<GpuDevice> parse(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != FIELDS || !fields[1].strip().startsWith("GPU-")) {
            return Optional.empty();
        }
        String index = fields[0].strip();
        String memory = fields[3].strip();
        if (!index.matches(NUMBER)) {
            return Optional.empty();
        }
        return Optional.of(new GpuDevice(
                Integer.parseInt(index),
                fields[1].strip(),
                fields[2].strip(),
                memory.matches(NUMBER) ? Long.parseLong(memory) : 0));
    }

    /** The line that {@link #parse} reads. */
    public String line() {
        return index + ", " + uuid + ", " + name + ", " + memoryMebibytes;
    }

    /** For people: "GPU 0 (NVIDIA H100, 80 GiB)". */
    public String words() {
        String size = memoryMebibytes == 0 ? "" : ", " + Math.round(memoryMebibytes / 1024.0) + " GiB";
        return label() + " (" + name + size + ")";
    }

    /** "GPU 0". */
    public String label() {
        return "GPU " + index;
    }
}
