package org.crvqa.vqa.device;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The processor, by the text of {@code /proc/cpuinfo}.
 *
 * @param modelName as the kernel names it; on ARM it has no name
 * @param bfloat16Instructions those for bfloat16 that it has, by the kernel's names
 */
public record CpuInfo(Optional<String> modelName, List<String> bfloat16Instructions) {
    /** Those that are looked for, for people. */
    public static final String BFLOAT16_INSTRUCTIONS = "avx512_bf16 or amx_bf16 (on ARM: bf16)";

    private static final Set<String> X86_BFLOAT16 = Set.of("avx512_bf16", "amx_bf16");
    private static final String ARM_BFLOAT16 = "bf16";

    public CpuInfo {
        bfloat16Instructions = List.copyOf(bfloat16Instructions);
    }

    /** Of this machine; nothing is known where there is no /proc. */
    public static CpuInfo ofSystem() {
        return of(Surroundings.ofProcess());
    }

    static CpuInfo of(Surroundings surroundings) {
        return parse(surroundings.text("proc/cpuinfo").orElse(""));
    }

    /** {@code cpuinfo}: the text of /proc/cpuinfo; the first processor speaks for all. */
    public static CpuInfo parse(String cpuinfo) {
        Stream<String> instructions = Stream.concat(
                words(cpuinfo, "flags").filter(X86_BFLOAT16::contains),
                words(cpuinfo, "Features").filter(ARM_BFLOAT16::equals));
        return new CpuInfo(
                value(cpuinfo, "model name").filter(name -> !name.isEmpty()),
                instructions.sorted().toList());
    }

    /** Whether it computes in bfloat16 itself; without, the engine's bfloat16 is many times slower than float32. */
    public boolean hasBfloat16() {
        return !bfloat16Instructions.isEmpty();
    }

    private static Stream<String> words(String cpuinfo, String field) {
        return value(cpuinfo, field).stream().flatMap(flags -> Arrays.stream(flags.split("\\s+")));
    }

    private static Optional<String> value(String cpuinfo, String field) {
        return cpuinfo.lines()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(field))
                .map(parts -> parts[1].strip())
                .findFirst();
    }
}
