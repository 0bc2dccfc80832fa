package org.crvqa.cli.doctor;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;

/** All checks, for people and for programs. */
public record DoctorReport(List<Check> checks) {
    public DoctorReport {
        checks = List.copyOf(checks);
    }

    /** Whether nothing failed; there may be warnings. */
    public boolean healthy() {
        return count(Check.Status.FAILED) == 0;
    }

    /** A table, and below it what to do. */
    public List<String> lines(boolean color) {
        Table table = Table.of(List.of("Area", "Check", "Result", "Found"));
        for (Check check : checks) {
            table.row(List.of(check.area(), check.name(), word(check.status(), color), check.found()));
        }
        List<String> lines = new ArrayList<>(table.lines(color));
        lines.add("");
        for (Check check : checks) {
            if (check.status() != Check.Status.OK) {
                lines.add(
                        word(check.status(), color) + " " + check.area() + ", " + check.name() + ": " + check.advice());
            }
        }
        lines.add("%d checks: %d ok, %d warnings, %d failed"
                .formatted(
                        checks.size(),
                        count(Check.Status.OK),
                        count(Check.Status.WARNING),
                        count(Check.Status.FAILED)));
        return lines;
    }

    private long count(Check.Status status) {
        return checks.stream().filter(check -> check.status() == status).count();
    }

    private static String word(Check.Status status, boolean color) {
        String word = status.name().toLowerCase(Locale.ROOT);
        return switch (status) {
            case OK -> Style.GOOD.apply(word, color);
            case WARNING -> Style.WARNING.apply(word, color);
            case FAILED -> Style.BAD.apply(word, color);
        };
    }

    private record Json(boolean healthy, List<JsonCheck> checks) {}

    private record JsonCheck(String area, String name, String status, String found, String advice) {}

    /** JSON text, indented. */
    public String json() {
        List<JsonCheck> all = checks.stream()
                .map(check -> new JsonCheck(
                        check.area(),
                        check.name(),
                        check.status().name().toLowerCase(Locale.ROOT),
                        check.found(),
                        check.advice()))
                .toList();
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create()
                .toJson(new Json(healthy(), all));
    }
}
