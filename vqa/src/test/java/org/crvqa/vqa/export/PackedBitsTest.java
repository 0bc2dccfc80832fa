package org.crvqa.vqa.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The bits as docs/export.md says them; a round trip alone would not notice another order. */
class PackedBitsTest {
    private static final byte[] KEPT = {1, 0, 0, 0, 0, 0, 1, 0, 1, 1};

    @Test
    void pack_lowestBitFirst_fillsBytesInOrder() {
        assertThat(PackedBits.pack(KEPT)).containsExactly(0b0100_0001, 0b0000_0011);
        assertThat(PackedBits.unpack(new byte[] {0b0100_0001, 0b0000_0011}, 10)).containsExactly(KEPT);
    }

    @Test
    void fits_bitsBeyondTheValues_areNoticed() {
        assertThat(PackedBits.fits(new byte[] {-1, 0b0000_0011}, 10)).isTrue();
        assertThat(PackedBits.fits(new byte[] {-1, 0b0000_0111}, 10)).isFalse();
        assertThat(PackedBits.fits(new byte[] {-1}, 8)).isTrue();
    }
}
