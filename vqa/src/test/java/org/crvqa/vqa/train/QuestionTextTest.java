package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;

class QuestionTextTest {
    @Test
    void put_barePieces_areCutOrPadded() {
        QuestionText text = new QuestionText(4, false, false, 101, 102);
        assertThat(encoded(text, 7, 8)).containsExactly(7, 8, 0, 0);
        assertThat(encoded(text, 1, 2, 3, 4, 5)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void put_specialTokens_surroundWhatFits() {
        QuestionText text = new QuestionText(4, true, false, 101, 102);
        assertThat(encoded(text, 7)).containsExactly(101, 7, 102, 0);
        assertThat(encoded(text, 1, 2, 3)).containsExactly(101, 1, 2, 102);
    }

    @Test
    void put_anyPieces_countsThoseThatAreNoPadding() {
        assertThat(new QuestionText(4, false, true, 101, 102).put(new int[] {7}, LongBuffer.allocate(4)))
                .isEqualTo(1);
        assertThat(new QuestionText(4, true, true, 101, 102).put(new int[] {7}, LongBuffer.allocate(4)))
                .isEqualTo(3);
    }

    private static long[] encoded(QuestionText text, int... pieces) {
        LongBuffer ids = LongBuffer.allocate(4);
        text.put(pieces, ids);
        return ids.array();
    }
}
