package org.crvqa.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How long a difference of two rows takes; no test. Arguments: questions, seeds. Answers are drawn independently, which
 * leaves more distinct questions than real models do.
 */
final class BootstrapTiming {
    private static final float[] LEVELS = {0, 1 / 3f, 2 / 3f, 1};

    private BootstrapTiming() {}

    /** Prints what each of two rounds took; the second is that of a warm virtual machine. */
    public static void main(String[] arguments) {
        int questions = Integer.parseInt(arguments[0]);
        int seeds = Integer.parseInt(arguments[1]);
        RowScores first = row(questions, seeds, new Random(1));
        RowScores second = row(questions, seeds, new Random(2));
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            Estimate estimate = new Bootstrap().difference(first, second);
            McNemar test = McNemar.of(first, second);
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.println(String.format(Locale.ROOT, "%.1f s: %s, %s", seconds, estimate, test));
        }
    }

    private static RowScores row(int questions, int seeds, Random random) {
        long[] ids = new long[questions];
        Arrays.setAll(ids, i -> i);
        List<String> names = new ArrayList<>();
        List<float[]> columns = new ArrayList<>();
        for (int seed = 0; seed < seeds; seed++) {
            float[] column = new float[questions];
            for (int i = 0; i < questions; i++) {
                column[i] = LEVELS[random.nextInt(LEVELS.length)];
            }
            names.add(String.valueOf(seed));
            columns.add(column);
        }
        return new RowScores(ids, names, columns);
    }
}
