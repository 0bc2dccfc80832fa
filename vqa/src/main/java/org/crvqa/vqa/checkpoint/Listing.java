package org.crvqa.vqa.checkpoint;

import java.util.List;
import org.crvqa.vqa.pickle.Unpickler;

/** Lists of names in messages, cut short. */
final class Listing {
    private static final int SHOWN = 8;

    private Listing() {}

    /** The first names and how many more there are. */
    static String of(List<String> names) {
        String shown = String.join(
                "; ",
                names.subList(0, Math.min(SHOWN, names.size())).stream()
                        .map(Unpickler::shown)
                        .toList());
        return names.size() > SHOWN ? shown + "; and " + (names.size() - SHOWN) + " more" : shown;
    }
}
