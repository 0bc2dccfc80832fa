package org.crvqa.cli.report;

import java.util.Locale;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.study.statistics.Estimate;

/** Numbers as tables for people print them: accuracies in %, with one digit. */
final class Numbers {
    private Numbers() {}

    static String percent(double fraction) {
        String text = String.format(Locale.ROOT, "%.1f", 100 * fraction);
        return text.equals("-0.0") ? "0.0" : text;
    }

    /** "+1.2" or "−0.3". */
    static String signed(double fraction) {
        String text = percent(Math.abs(fraction));
        return text.equals("0.0") ? text : (fraction > 0 ? "+" : "−") + text;
    }

    static String interval(Estimate estimate) {
        return "[" + percent(estimate.low()) + ", " + percent(estimate.high()) + "]";
    }

    static String signedInterval(Estimate estimate) {
        return "[" + signed(estimate.low()) + ", " + signed(estimate.high()) + "]";
    }

    /** "0.032", or "<0.001". */
    static String p(double p) {
        return Double.isNaN(p) ? "–" : p < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", p);
    }

    /** How many runs have a score. */
    static int scored(ReportCell cell) {
        // A coordinator of the release before tells the runs and not their number.
        return Math.max(cell.getScoredRuns(), cell.getRunsCount());
    }

    static ReportCell cell(UnitedReport report, int row, String column) {
        ReportRow found = report.report().getRows(row);
        return found.getCells(report.report().getColumnsList().indexOf(column));
    }
}
