package org.crvqa.cli.suggest;

/** How far apart two words are in letters. */
final class Closeness {
    private Closeness() {}

    /** Whether one may be a slip of the other: few letters wrong, missing, added or exchanged for their length. */
    static boolean isSlip(String typed, String meant) {
        int most = Math.max(1, Math.min(typed.length(), meant.length()) / 3);
        return distance(typed, meant) <= most
                || (typed.length() >= 3 && (meant.startsWith(typed) || typed.startsWith(meant) && meant.length() >= 4));
    }

    /** Letters to insert, delete, replace or exchange with their neighbour, each at most once. */
    static int distance(String a, String b) {
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                    continue;
                }
                int replaced = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                int least = Math.min(replaced, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
                boolean exchanged =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                table[i][j] = exchanged ? Math.min(least, table[i - 2][j - 2] + 1) : least;
            }
        }
        return table[a.length()][b.length()];
    }
}
