package org.crvqa.vqa.pickle;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a pickle keeps to use it again, by numbers that picklers give out one after the other. */
final class Memo {
    /** Picklers of Python 2 leave gaps, since they count what they do not keep. */
    private static final int ROOM = 1 << 16;

    private enum Gone {
        FORGOTTEN
    }

    private @Nullable Object[] kept = new Object[64];
    private int count;
    /** From here on nothing was forgotten yet. */
    private int fresh;

    private int end;

    void put(long index, Object object) throws PickleException {
        if (index < 0 || index > 8L * count + ROOM) {
            throw new PickleException("keeps entry " + index + " after " + count + " others");
        }
        int place = (int) index;
        if (place >= kept.length) {
            kept = Arrays.copyOf(kept, Math.max(2 * kept.length, place + 1));
        }
        if (kept[place] == null) {
            count++;
        }
        kept[place] = object;
        end = Math.max(end, place + 1);
    }

    /** Keeps under the number of entries so far. */
    void add(Object object) throws PickleException {
        put(count, object);
    }

    Object get(long index) throws PickleException {
        Object object = index >= 0 && index < kept.length ? kept[(int) index] : null;
        if (object == null) {
            throw new PickleException("takes entry " + index + ", which it never kept");
        }
        if (object == Gone.FORGOTTEN) {
            throw new PickleException(
                    "takes entry " + index + ", a container of an earlier item, which is kept no more");
        }
        return object;
    }

    /** Forgets what was kept since the last call and is not to be used again, so that memory does not grow with it. */
    void forget(Predicate<Object> needless) {
        for (int i = fresh; i < end; i++) {
            Object object = kept[i];
            if (object != null && needless.test(object)) {
                kept[i] = Gone.FORGOTTEN;
            }
        }
        fresh = end;
    }
}
