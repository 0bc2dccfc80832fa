package org.crvqa.vqa.train;

import java.nio.LongBuffer;
import org.crvqa.task.v1.TextOptions;

/**
 * Word pieces of a question as the model gets them: cut or padded to a fixed length, with [CLS] and [SEP] around them
 * where asked for.
 */
record QuestionText(int length, boolean specialTokens, boolean attentionMask, int clsId, int sepId) {
    /** The identifier of [PAD]. */
    static final long PAD = 0;

    static QuestionText of(TextOptions options, int clsId, int sepId) {
        return new QuestionText(
                options.getMaxTokens(), options.getSpecialTokens(), options.getAttentionMask(), clsId, sepId);
    }

    /** Puts {@link #length} identifiers at the buffer's position and says how many of them are not padding. */
    int put(int[] pieces, LongBuffer ids) {
        int room = specialTokens ? Math.max(0, length - 2) : length;
        int used = Math.min(pieces.length, room);
        int count = 0;
        if (specialTokens) {
            ids.put(clsId);
            count++;
        }
        for (int i = 0; i < used; i++) {
            ids.put(pieces[i]);
            count++;
        }
        if (specialTokens && count < length) {
            ids.put(sepId);
            count++;
        }
        for (int i = count; i < length; i++) {
            ids.put(PAD);
        }
        return count;
    }
}
