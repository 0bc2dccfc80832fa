package org.crvqa.artifacts.gc;

import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;

/** Objects {@code <folder>/<key>/...}; what lies elsewhere in the folder is nobody's business here. */
final class KeyFolders {
    private static final int OBJECTS_A_REPORT = 1000;
    private static final int KEY_LENGTH = 64;

    private KeyFolders() {}

    /** In the order of their names, so that those of a key follow each other. @param seen hears the count now and then */
    static void visit(
            ObjectStore store, String folder, LongConsumer seen, BiConsumer<ArtifactKey, StoredObject> visitor) {
        long[] count = {0};
        store.visit(folder, "", object -> {
            String rest = object.name().substring(folder.length());
            if (rest.length() > KEY_LENGTH && rest.charAt(KEY_LENGTH) == '/' && isKey(rest)) {
                visitor.accept(new ArtifactKey(rest.substring(0, KEY_LENGTH)), object);
            }
            if (++count[0] % OBJECTS_A_REPORT == 0) {
                seen.accept(count[0]);
            }
            return true;
        });
        seen.accept(count[0]);
    }

    private static boolean isKey(String rest) {
        return rest.substring(0, KEY_LENGTH)
                .chars()
                .allMatch(digit -> (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'));
    }
}
