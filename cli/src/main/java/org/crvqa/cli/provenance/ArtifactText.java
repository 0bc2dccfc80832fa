package org.crvqa.cli.provenance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;

/** One artifact for people: what it is, what it was made of, its numbers and files. */
public final class ArtifactText {
    private ArtifactText() {}

    /** Lines of text. */
    public static List<String> lines(Manifest manifest) {
        List<String> lines = new ArrayList<>();
        lines.add(SpecText.kind(manifest.getSpec()) + " " + manifest.getKey());
        SpecText.essentials(manifest.getSpec()).forEach(line -> lines.add("  " + line));
        producer(manifest.getProducer(), lines);
        section(lines, "Made of", manifest.getInputKeysList());
        Map<String, Double> metrics = new TreeMap<>(manifest.getMetricsMap());
        section(
                lines,
                "Metrics",
                metrics.entrySet().stream()
                        .map(metric ->
                                String.format(Locale.ROOT, "%-40s %s", metric.getKey(), number(metric.getValue())))
                        .toList());
        section(
                lines,
                "Files",
                manifest.getFilesList().stream()
                        .map(file -> String.format(
                                Locale.ROOT,
                                "%-40s %,15d bytes  %s",
                                file.getName(),
                                file.getSizeBytes(),
                                digest(file)))
                        .toList());
        return lines;
    }

    private static void producer(Producer producer, List<String> lines) {
        if (producer.getComponent().isEmpty()) {
            return;
        }
        lines.add("  made by " + producer.getComponent() + " " + producer.getVersion()
                + (producer.getDevice().isEmpty() ? "" : " on " + producer.getDevice()));
    }

    private static void section(List<String> lines, String title, List<String> content) {
        if (!content.isEmpty()) {
            lines.add(title);
            content.forEach(line -> lines.add("  " + line));
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,.0f", value) : String.valueOf(value);
    }

    private static String digest(FileEntry file) {
        return "sha256 "
                + file.getSha256().substring(0, Math.min(12, file.getSha256().length()));
    }
}
