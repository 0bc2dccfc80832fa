package org.crvqa.cli.report;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.coordinator.v1.ReportCell;

/** Published scores in a CSV file with the columns row, column, mean, std and n; accuracies in %, as papers print them. */
public final class ReferenceFile {
    private static final String ROW = "row";
    private static final String COLUMN = "column";
    private static final String MEAN = "mean";
    private static final String STD = "std";
    private static final String RUNS = "n";
    private static final Set<String> COLUMNS = Set.of(ROW, COLUMN, MEAN, STD, RUNS);
    private static final String HINT =
            "Its first line is row,column,mean,std,n; std and n may be empty, accuracies are in %, such as"
                    + " \"lmh-lmh 0.7,test/all,57.1,1.1,3\".";

    private final Path file;
    private final UnitedReport report;

    private ReferenceFile(Path file, UnitedReport report) {
        this.file = file;
        this.report = report;
    }

    /**
     * Reads the file and sets its scores beside those of the report.
     *
     * @throws InvalidInputException when it cannot be read, or names rows or columns that the report does not have
     */
    public static List<Published> read(Path file, UnitedReport report) {
        return new ReferenceFile(file, report).read();
    }

    private List<Published> read() {
        List<Published> found = new ArrayList<>();
        // Spreadsheets begin files with a byte order mark.
        try (CsvReader<NamedCsvRecord> csv =
                CsvReader.builder().detectBomHeader(true).ofNamedCsvRecord(file)) {
            for (NamedCsvRecord line : csv) {
                if (found.isEmpty()) {
                    header(line);
                }
                found.add(published(line));
            }
        } catch (CsvParseException e) {
            throw new InvalidInputException(file + " is no CSV: " + e.getMessage(), HINT, e);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no file " + file, HINT, e);
        } catch (IOException e) {
            throw new InvalidInputException("Cannot read " + file + ": " + e, HINT, e);
        }
        if (found.isEmpty()) {
            throw new InvalidInputException(file + " has no scores", HINT);
        }
        return found;
    }

    private void header(NamedCsvRecord line) {
        for (String name : line.getHeader()) {
            if (!COLUMNS.contains(name)) {
                throw new InvalidInputException(file + ", line 1: there is no column '" + name + "'", HINT);
            }
        }
        for (String name : List.of(ROW, COLUMN, MEAN)) {
            if (!line.getHeader().contains(name)) {
                throw new InvalidInputException(file + ", line 1: the column '" + name + "' is missing", HINT);
            }
        }
    }

    private Published published(NamedCsvRecord line) {
        String column = field(line, COLUMN).orElse("");
        List<String> columns = report.report().getColumnsList();
        if (!columns.contains(column)) {
            throw wrong(line, "the report has no column '" + column + "'" + NearestRow.hint(column, columns));
        }
        int row = NearestRow.find(report, field(line, ROW).orElse(""), problem -> wrong(line, problem));
        double mean = number(line, MEAN).orElseThrow(() -> wrong(line, "mean is empty, expected an accuracy in %"));
        OptionalDouble std = number(line, STD).map(OptionalDouble::of).orElse(OptionalDouble.empty());
        ReportCell cell = Numbers.cell(report, row, column);
        OptionalDouble ours = cell.hasMean() ? OptionalDouble.of(cell.getMean()) : OptionalDouble.empty();
        Optional<Boolean> within = std.isPresent() && cell.hasStd() && ours.isPresent()
                ? Optional.of(Math.abs(cell.getMean() - mean) <= Math.min(std.getAsDouble(), cell.getStd()))
                : Optional.empty();
        return new Published(new Place(row, column), mean, std, runs(line), ours, within);
    }

    private Optional<Double> number(NamedCsvRecord line, String name) {
        Optional<String> text = field(line, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        double number;
        try {
            number = Double.parseDouble(text.get());
        } catch (NumberFormatException e) {
            throw wrong(line, name + " is '" + text.get() + "', expected a number");
        }
        if (!(number >= 0 && number <= 100)) {
            throw wrong(line, name + " is " + text.get() + ", expected 0 to 100, in %");
        }
        return Optional.of(number / 100);
    }

    private OptionalInt runs(NamedCsvRecord line) {
        Optional<String> text = field(line, RUNS);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!text.get().matches("[1-9][0-9]{0,5}")) {
            throw wrong(line, "n is '" + text.get() + "', expected a number of runs");
        }
        return OptionalInt.of(Integer.parseInt(text.get()));
    }

    private static Optional<String> field(NamedCsvRecord line, String name) {
        return line.findField(name).map(String::strip).filter(text -> !text.isEmpty());
    }

    private InvalidInputException wrong(NamedCsvRecord line, String problem) {
        return new InvalidInputException(file + ", line " + line.getStartingLineNumber() + ": " + problem, HINT);
    }
}
