package org.crvqa.vqa.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;

/**
 * The files of a dataset to import.
 *
 * @param splits each with its questions and annotations
 * @param features bottom-up-attention TSV files, which together hold all images
 * @param vocabulary the model's vocab.txt
 */
public record DatasetSources(List<SplitFiles> splits, List<Path> features, Path vocabulary) {
    private static final Pattern SPLIT_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final Pattern VQA_CP = Pattern.compile("vqacp_v2_(.+)_(questions|annotations)\\.json");

    /** The files of one split. */
    public record SplitFiles(String name, Path questions, Path annotations) {
        /** @throws InvalidInputException when the name is not one of lower-case letters, digits, '-' and '_' */
        public SplitFiles {
            if (!SPLIT_NAME.matcher(name).matches()) {
                throw new InvalidInputException(
                        "\"" + name + "\" cannot name a split, expected lower-case letters, digits, '-' and '_'",
                        "Rename the split.");
            }
        }
    }

    /** @throws InvalidInputException when a split is named twice, or there is no split or features file */
    public DatasetSources {
        splits = List.copyOf(splits);
        features = List.copyOf(features);
        Set<String> names = new HashSet<>();
        for (SplitFiles split : splits) {
            if (!names.add(split.name())) {
                throw new InvalidInputException("Split " + split.name() + " is given twice", "Give every split once.");
            }
        }
        if (splits.isEmpty() || features.isEmpty()) {
            throw new InvalidInputException(
                    "There is no " + (splits.isEmpty() ? "split" : "file of region features") + " to import",
                    "Give at least one split and one TSV file of region features.");
        }
    }

    /** As {@link #vqaCp(Path, Optional)}, with the folder's own vocab.txt. */
    public static DatasetSources vqaCp(Path folder) {
        return vqaCp(folder, Optional.empty());
    }

    /**
     * Finds the files of VQA-CP v2 in a folder: {@code vqacp_v2_<split>_{questions,annotations}.json} with at least a
     * train and a test split, all {@code *.tsv}, and {@code vocab.txt} unless a vocabulary is given.
     *
     * @throws InvalidInputException when something is missing; the message says what
     */
    public static DatasetSources vqaCp(Path folder, Optional<Path> vocabulary) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    "There is no folder " + folder, "Give the folder that holds the files of VQA-CP v2.");
        }
        Set<String> names = new TreeSet<>();
        List<Path> features = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted().forEach(file -> {
                Matcher matcher = VQA_CP.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    names.add(matcher.group(1));
                } else if (file.getFileName().toString().endsWith(".tsv")) {
                    features.add(file);
                }
            });
        } catch (IOException e) {
            throw new InvalidInputException("Cannot list the folder " + folder + ": " + e, "Check its rights.", e);
        }
        List<String> order = new ArrayList<>(List.of("train", "test"));
        names.stream().filter(name -> !order.contains(name)).forEach(order::add);
        List<SplitFiles> splits = order.stream()
                .map(name -> new SplitFiles(
                        name,
                        folder.resolve("vqacp_v2_" + name + "_questions.json"),
                        folder.resolve("vqacp_v2_" + name + "_annotations.json")))
                .toList();
        Path words = vocabulary.orElse(folder.resolve("vocab.txt"));
        requireFiles(folder, splits, features, words);
        return new DatasetSources(splits, features, words);
    }

    private static void requireFiles(Path folder, List<SplitFiles> splits, List<Path> features, Path vocabulary) {
        List<String> missing = new ArrayList<>();
        Stream.concat(
                        splits.stream().flatMap(split -> Stream.of(split.questions(), split.annotations())),
                        Stream.of(vocabulary))
                .filter(file -> !Files.isRegularFile(file))
                .forEach(file -> missing.add(
                        file.startsWith(folder) ? folder.relativize(file).toString() : file.toString()));
        if (features.isEmpty()) {
            missing.add("*.tsv (region features)");
        }
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    "In " + folder + " these files are missing: " + String.join(", ", missing),
                    "Put the VQA-CP v2 files, the bottom-up-attention TSV and the model's vocab.txt into one folder, "
                            + "or name the vocabulary separately.");
        }
    }
}
