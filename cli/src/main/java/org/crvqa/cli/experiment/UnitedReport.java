package org.crvqa.cli.experiment;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.SubsetFamily;

/**
 * Reports of several experiments as one, with the columns of all. Where a row's experiment lacks a column, the cell expects
 * no run.
 *
 * @param parts the reports themselves
 * @param report all of them; its id is that of none where there are several
 * @param experiments for each row of {@code report} the place in {@code parts}
 */
public record UnitedReport(List<Report> parts, Report report, List<Integer> experiments) {
    public UnitedReport {
        parts = List.copyOf(parts);
        experiments = List.copyOf(experiments);
    }

    /** @param parts at least one */
    public static UnitedReport of(List<Report> parts) {
        List<Integer> experiments = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            for (int row = 0; row < parts.get(part).getRowsCount(); row++) {
                experiments.add(part);
            }
        }
        return new UnitedReport(parts, parts.size() == 1 ? parts.get(0) : unite(parts), experiments);
    }

    private static Report unite(List<Report> parts) {
        Set<String> columns = new LinkedHashSet<>();
        Set<String> types = new LinkedHashSet<>();
        Set<SubsetFamily> families = new LinkedHashSet<>();
        parts.forEach(part -> {
            columns.addAll(part.getColumnsList());
            types.addAll(part.getQuestionTypeColumnsList());
            families.addAll(part.getFamiliesList());
        });
        Report.Builder all = Report.newBuilder()
                .setComplete(parts.stream().allMatch(Report::getComplete))
                .addAllColumns(columns)
                .addAllQuestionTypeColumns(types)
                .addAllFamilies(families)
                .setRunScoresOmitted(parts.stream().anyMatch(Report::getRunScoresOmitted));
        for (Report part : parts) {
            part.getRowsList().forEach(row -> all.addRows(spread(row, part.getColumnsList(), columns)));
            part.getQuestionTypeRowsList()
                    .forEach(row -> all.addQuestionTypeRows(spread(row, part.getQuestionTypeColumnsList(), types)));
            part.getNotesList().forEach(note -> all.addNotes(part.getExperimentId() + ": " + note));
        }
        return all.build();
    }

    private static ReportRow spread(ReportRow row, List<String> from, Set<String> to) {
        ReportRow.Builder spread = row.toBuilder().clearCells();
        for (String column : to) {
            int place = from.indexOf(column);
            spread.addCells(place < 0 ? ReportCell.getDefaultInstance() : row.getCells(place));
        }
        return spread.build();
    }

    /** The report that a row comes from. */
    public Report part(int row) {
        return parts.get(experiments.get(row));
    }

    /** How many questions are behind a cell; 0 where nobody knows. */
    public long questions(int row, String column) {
        Report part = part(row);
        int place = part.getColumnsList().indexOf(column);
        return place >= 0 && place < part.getColumnQuestionsCount() ? part.getColumnQuestions(place) : 0;
    }

    /** Whether a row needs its experiment beside its name. */
    public boolean severalExperiments() {
        return parts.size() > 1;
    }

    /** Whether a row needs its model beside its name. */
    public boolean severalModels() {
        return report.getRowsList().stream().map(ReportRow::getModel).distinct().count() > 1;
    }

    /** "Experiment", "Model", "Subnetwork", or those of them that tell rows apart. */
    public List<String> keyTitles() {
        List<String> titles = new ArrayList<>();
        if (severalExperiments()) {
            titles.add("Experiment");
        }
        if (severalModels()) {
            titles.add("Model");
        }
        titles.add("Subnetwork");
        return titles;
    }

    /** The cells under {@link #keyTitles}. */
    public List<String> keys(int row) {
        List<String> keys = new ArrayList<>();
        if (severalExperiments()) {
            keys.add(part(row).getExperimentId());
        }
        if (severalModels()) {
            keys.add(report.getRows(row).getModel());
        }
        keys.add(report.getRows(row).getName());
        return keys;
    }

    /** What people call a row, as short as it can be told apart. */
    public String label(int row) {
        return String.join(" ", keys(row));
    }
}
