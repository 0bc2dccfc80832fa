package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.artifact.v1.SubsetSummary;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.data.DatasetImport;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportListener;
import org.crvqa.vqa.data.ImportOptions;

/** Imports a dataset with progress and gives it a name. */
final class DatasetImporting {
    private final CliContext context;
    private final OpenStore store;

    DatasetImporting(CliContext context, OpenStore store) {
        this.context = context;
        this.store = store;
    }

    Manifest run(DatasetSources sources, ImportOptions options, String name, boolean replace) {
        Names.check(name);
        Manifest manifest;
        List<String> said = new ArrayList<>();
        try (WorkBar bar = new WorkBar(context.console(), context.clock())) {
            manifest = DatasetImport.run(
                    store.artifacts(),
                    sources,
                    options,
                    listener(bar, said),
                    key -> store.names().requireFree(Names.Kind.DATASET, name, key, replace));
        }
        said.forEach(context.console()::say);
        store.names().assign(Names.Kind.DATASET, name, new ArtifactKey(manifest.getKey()), replace);
        return manifest;
    }

    private static ImportListener listener(WorkBar bar, List<String> said) {
        return new ImportListener() {
            @Override
            public void progress(String phase, long doneBytes, long totalBytes) {
                bar.update("Importing: " + phase, doneBytes, totalBytes);
            }

            @Override
            public void said(String line) {
                said.add(line);
            }
        };
    }

    /** A few lines about what a dataset holds. */
    static List<String> describe(String name, Manifest manifest) {
        DatasetSummary summary = manifest.getDataset();
        List<String> lines = new ArrayList<>();
        lines.add("dataset " + name + "  key " + manifest.getKey());
        for (SplitSummary split : summary.getSplitsList()) {
            String without = split.getWithoutLabel() == 0
                    ? ""
                    : String.format(Locale.ROOT, ", %,d without any candidate answer", split.getWithoutLabel());
            String skipped = split.getSkippedQuestions() == 0
                    ? ""
                    : String.format(Locale.ROOT, ", %,d left out with their images", split.getSkippedQuestions());
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-12s %,9d questions%s%s",
                    split.getName(),
                    split.getQuestions(),
                    without,
                    skipped));
        }
        for (SubsetSummary subset : summary.getSubsetsList()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "    %-10s %,9d of the questions of %s",
                    subset.getName(),
                    subset.getQuestions(),
                    subset.getSplit()));
        }
        lines.add(String.format(
                Locale.ROOT,
                "  %,d answers, %d question types, %,d word pieces; %,d images, up to %d boxes of %d numbers",
                summary.getAnswers(),
                summary.getQuestionTypes(),
                summary.getVocabularySize(),
                summary.getImages(),
                summary.getMaxBoxes(),
                summary.getFeatureDim()));
        if (summary.getSkippedImages() > 0) {
            lines.add(String.format(Locale.ROOT, "  %,d damaged images were left out", summary.getSkippedImages()));
        }
        String tokenizer = manifest.getSpec().getDataset().getTokenizer();
        if (!tokenizer.isEmpty()) {
            lines.add("  questions cut into word pieces by " + tokenizer);
        }
        if (summary.getAnswerCountsCount() > 0) {
            lines.add("  " + answerCounts(manifest));
        }
        return lines;
    }

    /** "answers that occur at least 9 times: 2,274 in train (taken), 3,129 in train and test". */
    private static String answerCounts(Manifest manifest) {
        List<String> taken = manifest.getSpec().getDataset().getAnswersFromList();
        int least = manifest.getSpec().getDataset().getMinAnswerOccurrences();
        return "answers that occur at least " + (least == 1 ? "once: " : least + " times: ")
                + manifest.getDataset().getAnswerCountsList().stream()
                        .map(count -> String.format(Locale.ROOT, "%,d in ", count.getAnswers())
                                + String.join(" and ", count.getSplitsList())
                                + (count.getSplitsList().equals(taken) ? " (taken)" : ""))
                        .collect(Collectors.joining(", "));
    }
}
