package org.crvqa.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.text.Vocabulary;

/** Whether a dataset is what its manifest says, and fit to train on. */
public final class DatasetChecks {
    private static final String AREA = "dataset";
    private static final String AGAIN =
            "Import it again: 'crvqa data import'. The same sources give the same key, so results stay valid.";

    private DatasetChecks() {}

    /** All of them; those that need its files only where these verify. */
    public static List<Check> run(ArtifactRepository artifacts, Names names, String name) {
        try {
            Optional<ArtifactKey> key = names.resolve(Names.Kind.DATASET, name);
            if (key.isEmpty()) {
                return List.of(Check.failed(
                        AREA,
                        "name",
                        "there is no dataset '" + name + "'",
                        "There are: "
                                + String.join(
                                        ", ", names.list(Names.Kind.DATASET).keySet()) + "."));
            }
            Artifact artifact = artifacts.open(key.get());
            try (Dataset dataset = Dataset.open(artifact)) {
                return List.of(files(artifact), splits(artifact, dataset), priors(dataset), vocabulary(artifact));
            }
        } catch (ArtifactCorruptException e) {
            return List.of(Check.failed(AREA, "files", String.valueOf(e.getMessage()), AGAIN));
        } catch (InvalidInputException e) {
            return List.of(Check.failed(AREA, "files", String.valueOf(e.getMessage()), e.advice()));
        } catch (StoreException e) {
            return List.of(Check.failed(AREA, "files", String.valueOf(e.getMessage()), "See the checks of the store."));
        }
    }

    private static Check files(Artifact artifact) {
        List<FileEntry> files = artifact.manifest().getFilesList();
        double gigabytes = files.stream().mapToLong(FileEntry::getSizeBytes).sum() / 1e9;
        return Check.ok(
                AREA,
                "files",
                String.format(Locale.ROOT, "%d files with %.2f GB have their digests", files.size(), gigabytes));
    }

    private static Check splits(Artifact artifact, Dataset dataset) {
        List<String> wrong = new ArrayList<>();
        List<SplitSummary> splits = artifact.manifest().getDataset().getSplitsList();
        for (SplitSummary split : splits) {
            boolean there = dataset.splitNames().contains(split.getName());
            int questions = there ? dataset.split(split.getName()).size() : 0;
            if (questions == 0 || questions != split.getQuestions()) {
                wrong.add(split.getName() + " holds " + questions + " of " + split.getQuestions() + " questions");
            }
        }
        if (!dataset.splitNames().contains("train")) {
            wrong.add("there is no split train");
        }
        String found = splits.stream()
                .map(split -> String.format(Locale.ROOT, "%s %,d", split.getName(), split.getQuestions()))
                .collect(Collectors.joining(", ", "questions: ", ""));
        return wrong.isEmpty()
                ? Check.ok(AREA, "splits", found)
                : Check.failed(AREA, "splits", String.join("; ", wrong), AGAIN);
    }

    private static Check priors(Dataset dataset) {
        int empty = 0;
        for (int type = 0; type < dataset.questionTypes(); type++) {
            double sum = 0;
            for (float value : dataset.bias(type)) {
                if (!(value >= 0 && value <= 1)) {
                    return Check.failed(
                            AREA,
                            "priors",
                            "question type '" + dataset.questionType(type) + "' has the prior " + value,
                            AGAIN);
                }
                sum += value;
            }
            empty += sum == 0 ? 1 : 0;
        }
        String found = dataset.questionTypes() + " question types, " + dataset.answers() + " answers";
        return empty * 2 < Math.max(1, dataset.questionTypes())
                ? Check.ok(AREA, "priors", found)
                : Check.warning(
                        AREA,
                        "priors",
                        found + "; " + empty + " types have no answer at all",
                        "Debiasing cannot work on these. Do questions and annotations belong together?");
    }

    private static Check vocabulary(Artifact artifact) {
        int said = artifact.manifest().getDataset().getVocabularySize();
        int there = Vocabulary.read(artifact.file("vocab.txt")).size();
        return there == said
                ? Check.ok(AREA, "vocabulary", said + " word pieces")
                : Check.failed(AREA, "vocabulary", there + " word pieces, expected " + said, AGAIN);
    }
}
