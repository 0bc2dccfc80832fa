package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.ModelSummary;

/** A few lines about what a model is. */
final class ModelText {
    private ModelText() {}

    static List<String> lines(String name, Manifest manifest) {
        ModelSummary summary = manifest.getModel();
        String maskable = new TreeMap<>(summary.getMaskableMap())
                .entrySet().stream()
                        .map(entry -> String.format(Locale.ROOT, "%s %,d", entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        lines.add("model " + name + "  key " + manifest.getKey());
        lines.add(String.format(
                Locale.ROOT, "  %,d parameters; maskable weights: %s", summary.getParameters(), maskable));
        lines.add(String.format(
                Locale.ROOT,
                "  hidden size %d, %,d word pieces, region features of %d numbers",
                summary.getHiddenSize(),
                summary.getVocabularySize(),
                summary.getFeatureDim()));
        return lines;
    }
}
