package org.crvqa.vqa.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.vqa.data.DatasetSources.SplitFiles;
import org.crvqa.vqa.data.DatasetSources.SubsetFiles;

/** Finds a dataset's files in the folder that holds them, under the names they were published with. */
final class SourceFolder {
    private static final Pattern VQA_CP = Pattern.compile("vqacp_v2_(.+)_(questions|annotations)\\.json(\\.gz)?");
    private static final String GZIPPED = ".gz";

    /** VQA-VS names its splits so; the names of files and folders first. */
    private static final Map<String, String> VQA_VS_SPLITS = vqaVsSplits();
    /** The nine out-of-distribution sets of VQA-VS, in the order of the paper. */
    private static final List<String> VQA_VS_SUBSETS =
            List.of("QT", "KW", "KWP", "QT+KW", "KO", "KOP", "QT+KO", "KW+KO", "QT+KW+KO");

    private static final String IID_TEST = "iid-test";
    private static final String PACKED_ANNOTATIONS = "test_annotations.json";

    private final Path folder;
    private final List<String> missing = new ArrayList<>();

    SourceFolder(Path folder) {
        this.folder = folder;
    }

    DatasetSources find(DatasetFormat format, List<Path> features, Optional<Path> vocabulary) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    Files.exists(folder)
                            ? folder + " is a file, expected the folder that holds the files of the dataset"
                            : "There is no folder " + folder,
                    "Give the folder that holds the files of the dataset.");
        }
        List<SplitFiles> splits = new ArrayList<>();
        List<SubsetFiles> subsets = new ArrayList<>();
        switch (format) {
            case DATASET_FORMAT_VQA_CP_V2 -> splits.addAll(vqaCp());
            case DATASET_FORMAT_VQA_V2 -> splits.addAll(vqaV2());
            case DATASET_FORMAT_VQA_VS -> {
                VQA_VS_SPLITS.forEach((files, split) -> splits.add(vqaVs(files, split)));
                subsets.addAll(vqaVsSubsets(splits));
            }
            case DATASET_FORMAT_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("Format " + format + " cannot be imported");
        }
        Path words = vocabulary.map(this::require).orElseGet(() -> require("vocab.txt"));
        List<Path> regions = features.isEmpty()
                ? features()
                : features.stream().filter(file -> !RowIndex.isNamedSo(file)).toList();
        regions.forEach(this::require);
        requireComplete();
        return new DatasetSources(format, splits, subsets, regions, words);
    }

    private List<SplitFiles> vqaCp() {
        List<String> names = new ArrayList<>(List.of("train", "test"));
        TreeSet<String> others = new TreeSet<>();
        for (Path file : list()) {
            Matcher matcher = VQA_CP.matcher(file.getFileName().toString());
            if (matcher.matches()) {
                others.add(matcher.group(1));
            }
        }
        others.stream().filter(name -> !names.contains(name)).forEach(names::add);
        return names.stream()
                .map(name -> new SplitFiles(
                        name,
                        require("vqacp_v2_" + name + "_questions.json"),
                        require("vqacp_v2_" + name + "_annotations.json")))
                .toList();
    }

    private List<SplitFiles> vqaV2() {
        return Stream.of("train", "val")
                .map(name -> new SplitFiles(
                        name,
                        require("v2_OpenEnded_mscoco_" + name + "2014_questions.json"),
                        require("v2_mscoco_" + name + "2014_annotations.json")))
                .toList();
    }

    private SplitFiles vqaVs(String files, String split) {
        return new SplitFiles(
                split, require(files + "/" + files + "-Ques.json"), require(files + "/" + files + "-Ans.json"));
    }

    private List<SubsetFiles> vqaVsSubsets(List<SplitFiles> splits) {
        if (Files.isDirectory(folder.resolve("OOD-Test"))) {
            return VQA_VS_SUBSETS.stream()
                    .map(set -> new SubsetFiles(
                            subsetName(set),
                            IID_TEST,
                            require("OOD-Test/" + set + "/OOD-Test-" + set + "-Ques.json"),
                            Optional.empty()))
                    .toList();
        }
        Path ids = find(PACKED_ANNOTATIONS)
                .or(() -> find("IID-Test/" + PACKED_ANNOTATIONS))
                .orElse(splits.get(splits.size() - 1).annotations());
        return VQA_VS_SUBSETS.stream()
                .map(set -> new SubsetFiles(subsetName(set), IID_TEST, ids, Optional.of(set.replace("+", "") + "_qid")))
                .toList();
    }

    private static String subsetName(String set) {
        return set.toLowerCase(Locale.ROOT).replace('+', '-');
    }

    private static Map<String, String> vqaVsSplits() {
        Map<String, String> splits = new LinkedHashMap<>();
        splits.put("Training", "train");
        splits.put("Val", "val");
        splits.put("IID-Test", IID_TEST);
        return splits;
    }

    private List<Path> features() {
        List<Path> files = RegionReaders.among(list());
        if (files.isEmpty()) {
            missing.add("*.tsv or *.tsv.gz (region features), or such features as *.hdf5, *.h5, *.pkl or *.zip");
        }
        return files;
    }

    private List<Path> list() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new InvalidInputException("Cannot list the folder " + folder + ": " + e, "Check its rights.", e);
        }
    }

    /** The file of this name in the folder, plain or gzipped; noted as missing when there is neither. */
    private Path require(String name) {
        return find(name).orElseGet(() -> {
            missing.add(name);
            return folder.resolve(name);
        });
    }

    private Path require(Path file) {
        if (!isThere(file)) {
            missing.add(file.toString());
        }
        return file;
    }

    /** Whether there is anything, if only a link to nothing: what it is, whoever reads it says. */
    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private Optional<Path> find(String name) {
        return Stream.of(folder.resolve(name), folder.resolve(name + GZIPPED))
                .filter(SourceFolder::isThere)
                .findFirst();
    }

    private void requireComplete() {
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    "In " + folder + " these files are missing: " + String.join(", ", missing),
                    "Put the dataset's files under their published names, the TSV files of region features and the "
                            + "model's vocab.txt into one folder, or name features and vocabulary separately.");
        }
    }
}
