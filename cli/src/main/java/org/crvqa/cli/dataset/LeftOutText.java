package org.crvqa.cli.dataset;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an import left out, in a line. */
final class LeftOutText {
    private static final int SHOWN = 10;

    private LeftOutText() {}

    /** No line where nothing was left out. */
    static List<String> lines(DatasetView.LeftOut leftOut) {
        if (leftOut.images().isEmpty()) {
            return List.of();
        }
        String images =
                leftOut.images().stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
        String more = leftOut.images().size() > SHOWN ? ", …" : "";
        String questions = leftOut.questions().isEmpty()
                ? "no question is about them"
                : leftOut.questions().entrySet().stream()
                        .map(split -> String.format(Locale.ROOT, "%s %,d", split.getKey(), split.getValue()))
                        .collect(Collectors.joining(", ", "with their questions: ", ""));
        return List.of(String.format(
                Locale.ROOT,
                "  left out as damaged: %,d images (%s%s), %s",
                leftOut.images().size(),
                images,
                more,
                questions));
    }
}
