package org.crvqa.cli.console;

import java.util.regex.Pattern;

/** Ends of what is said to people. */
public final class Sentences {
    /** A line that begins like a sentence, and ends like one whose full stop was left out. */
    private static final Pattern OPEN = Pattern.compile("(?s).*[\\p{L}\\p{N})\\]'\"%…/]");

    /** As compilers write: "file:3:5: what". */
    private static final Pattern PLACE = Pattern.compile("^\\S+?(:\\d+)+: .*");

    private Sentences() {}

    /** With a full stop where a sentence has none; lists, places in files and the ends of logs stay as they are. */
    public static String ended(String text) {
        boolean sentence = text.indexOf('\n') < 0 && !PLACE.matcher(text).matches();
        return sentence && OPEN.matcher(text).matches() ? text + "." : text;
    }
}
