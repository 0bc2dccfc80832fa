package org.crvqa.vqa.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuInfoTest {
    private static final String XEON = """
            processor	: 0
            vendor_id	: GenuineIntel
            model name	: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz
            flags		: fpu vme avx512f amx_bf16 avx512_bf16 amx_tile
            bugs		: spectre_v1

            processor	: 1
            model name	: another
            flags		: fpu
            """;

    @Test
    void parse_processorWithBfloat16_namesModelAndInstructions() {
        CpuInfo cpu = CpuInfo.parse(XEON);

        assertThat(cpu.modelName()).contains("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz");
        assertThat(cpu.bfloat16Instructions()).containsExactly("amx_bf16", "avx512_bf16");
        assertThat(cpu.hasBfloat16()).isTrue();
    }

    @Test
    void parse_flagsThatOnlyLookAlike_areNotBfloat16() {
        // bf16 alone is ARM's word, and means nothing among x86's flags.
        CpuInfo cpu = CpuInfo.parse("model name : Xeon\nflags : fpu avx512f avx512_bf16x bf16\n");

        assertThat(cpu.hasBfloat16()).isFalse();
    }

    @Test
    void parse_arm_hasItsOwnWordAndNoModel() {
        CpuInfo with = CpuInfo.parse("processor : 0\nFeatures : fp asimd i8mm bf16 dgh\nCPU implementer : 0x41\n");
        CpuInfo without = CpuInfo.parse("processor : 0\nFeatures : fp asimd\n");

        assertThat(with.hasBfloat16()).isTrue();
        assertThat(with.modelName()).isEmpty();
        assertThat(without.hasBfloat16()).isFalse();
    }

    @Test
    void parse_nothing_isUnknown() {
        assertThat(CpuInfo.parse("")).isEqualTo(CpuInfo.parse("nonsense"));
        assertThat(CpuInfo.parse("").hasBfloat16()).isFalse();
    }
}
