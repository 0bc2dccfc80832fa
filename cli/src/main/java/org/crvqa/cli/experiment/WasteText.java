package org.crvqa.cli.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.LostTime;

/** Device time by what became of it. Shares are of all time that devices worked: spent and lost. */
public final class WasteText {
    private static final double SECONDS_PER_HOUR = 3600;

    private WasteText() {}

    /** The lines to print. */
    public static List<String> lines(GetWasteResponse waste, boolean color) {
        double lost =
                waste.getLostList().stream().mapToDouble(LostTime::getSeconds).sum();
        double worked = waste.getSpentSeconds() + lost;
        Table table = Table.of(List.of("Device time", ">Hours", ">Share", ">Attempts"));
        row(table, "spent on results", waste.getSpentSeconds(), worked, "");
        row(table, "lost", lost, worked, attempts(waste));
        for (LostTime cause : waste.getLostList()) {
            row(table, "  " + cause.getCause(), cause.getSeconds(), worked, Long.toString(cause.getAttempts()));
        }
        row(table, "not needed: shared tasks", waste.getSavedBySharingSeconds(), worked, "");
        row(table, "not needed: resumed from states", waste.getSavedByResumingSeconds(), worked, "");
        List<String> lines = new ArrayList<>(table.lines(color));
        boolean overWhole =
                worked > 0 && Math.max(waste.getSavedBySharingSeconds(), waste.getSavedByResumingSeconds()) > worked;
        lines.add(waste.getAttempts() + " attempts at " + waste.getTasks()
                + " tasks. Shares are of the time that devices worked: spent and lost.");
        if (overWhole) {
            lines.add("What was not needed comes on top of that time, so that its share may be over 100 %: at 250 %"
                    + " the devices would have worked two and a half times as long in addition.");
        }
        return lines;
    }

    private static String attempts(GetWasteResponse waste) {
        return Long.toString(
                waste.getLostList().stream().mapToLong(LostTime::getAttempts).sum());
    }

    private static void row(Table table, String what, double seconds, double worked, String attempts) {
        String share = worked > 0 ? String.format(Locale.ROOT, "%.1f %%", 100 * seconds / worked) : "";
        table.row(List.of(what, String.format(Locale.ROOT, "%.2f", seconds / SECONDS_PER_HOUR), share, attempts));
    }
}
