package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.DatasetFormat;

/**
 * The files of a dataset to import. Any of them may be packed with gzip, which its content tells.
 *
 * @param splits each with its questions and annotations
 * @param subsets question sets of the splits that are also scored on their own
 * @param features files of region features, which together hold all images: TSV files, ZIP archives of such, HDF5 files
 *     each with its index beside it, pickled dictionaries
 * @param vocabulary the model's vocab.txt
 */
public record DatasetSources(
        DatasetFormat format,
        List<SplitFiles> splits,
        List<SubsetFiles> subsets,
        List<Path> features,
        Path vocabulary) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    /** The files of one split: each a JSON list, or an object with the list "questions" or "annotations". */
    public record SplitFiles(String name, Path questions, Path annotations) {
        /** @throws InvalidInputException when the name is not one of lower-case letters, digits, '-' and '_' */
        public SplitFiles {
            requireName(name);
        }
    }

    /**
     * Where the question ids of a subset stand.
     *
     * @param split name of the split whose questions these are
     * @param ids a JSON object with the list {@code field}; without a field, a questions file
     */
    public record SubsetFiles(String name, String split, Path ids, Optional<String> field) {
        /** @throws InvalidInputException when the name is not one of lower-case letters, digits, '-' and '_' */
        public SubsetFiles {
            requireName(name);
        }
    }

    /**
     * @throws InvalidInputException when a name or features file is given twice, a subset's split is missing, or there is
     *     no split or features file
     */
    public DatasetSources {
        splits = List.copyOf(splits);
        subsets = List.copyOf(subsets);
        features = List.copyOf(features);
        Set<String> names = new HashSet<>();
        for (SplitFiles split : splits) {
            requireNew(names, split.name());
        }
        Set<String> splitNames = Set.copyOf(names);
        for (SubsetFiles subset : subsets) {
            requireNew(names, subset.name());
            if (!splitNames.contains(subset.split())) {
                throw new InvalidInputException(
                        "Subset " + subset.name() + " is to be of split " + subset.split() + ", which is not imported",
                        "Name a split that is imported.");
            }
        }
        Set<Path> files = new HashSet<>();
        for (Path file : features) {
            if (!files.add(file.toAbsolutePath().normalize())) {
                throw new InvalidInputException(
                        file + " is given twice as a file of region features", "Give every file once.");
            }
        }
        if (splits.isEmpty() || features.isEmpty()) {
            throw new InvalidInputException(
                    "There is no " + (splits.isEmpty() ? "split" : "file of region features") + " to import",
                    "Give at least one split and one file of region features.");
        }
    }

    /** As {@link #in}, of VQA-CP v2, with the folder's own features and vocab.txt. */
    public static DatasetSources vqaCp(Path folder) {
        return in(DatasetFormat.DATASET_FORMAT_VQA_CP_V2, folder, List.of(), Optional.empty());
    }

    /**
     * Finds the files of a dataset in a folder, named as published, each plain or gzipped.
     *
     * <ul>
     *   <li>VQA-CP v2: {@code vqacp_v2_<split>_{questions,annotations}.json}, at least train and test
     *   <li>VQA v2: {@code v2_OpenEnded_mscoco_{train,val}2014_questions.json} and {@code
     *       v2_mscoco_{train,val}2014_annotations.json}; splits train and val
     *   <li>VQA-VS: {@code Training/Training-{Ques,Ans}.json}, the same of Val and IID-Test; splits train, val, iid-test;
     *       nine subsets of iid-test from {@code OOD-Test/QT+KW/OOD-Test-QT+KW-Ques.json} and so on, or from the id lists
     *       {@code QTKW_qid} and so on of {@code test_annotations.json} or of {@code IID-Test/IID-Test-Ans.json}
     * </ul>
     *
     * @param features files of region features; empty: all {@code *.tsv} and {@code *.tsv.gz} of the folder, or where there
     *     are none, its HDF5 files, pickled dictionaries or ZIP archives of such
     * @param vocabulary empty: the folder's {@code vocab.txt}
     * @throws InvalidInputException when something is missing; the message says what
     */
    public static DatasetSources in(DatasetFormat format, Path folder, List<Path> features, Optional<Path> vocabulary) {
        return new SourceFolder(folder).find(format, features, vocabulary);
    }

    private static void requireNew(Set<String> names, String name) {
        if (!names.add(name)) {
            throw new InvalidInputException(
                    "Two splits or subsets are named " + name, "Give every split and subset once.");
        }
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException(
                    "\"" + name + "\" cannot name a split, expected lower-case letters, digits, '-' and '_'",
                    "Rename the split.");
        }
    }
}
