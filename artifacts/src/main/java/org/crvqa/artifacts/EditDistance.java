package org.crvqa.artifacts;

import java.util.Arrays;

/** How far apart two names are, for messages that name what a person may have meant. */
public final class EditDistance {
    private EditDistance() {}

    /** Characters to insert, leave out or replace that make one text of the other (Levenshtein). */
    public static int of(String a, String b) {
        // One row of the table at a time.
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
