package org.crvqa.cli.report;

import java.util.Locale;

/** How a report is printed: for people, for spreadsheets, for papers, for programs. */
public enum ReportForm {
    TABLE,
    CSV,
    MARKDOWN,
    LATEX,
    JSON;

    /** As people write it, and shells complete it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
