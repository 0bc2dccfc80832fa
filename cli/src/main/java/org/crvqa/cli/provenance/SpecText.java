package org.crvqa.cli.provenance;

import com.google.protobuf.ProtocolMessageEnum;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;

/** What decides an artifact, in a line or two. */
final class SpecText {
    private SpecText() {}

    /** "stage 1 training", "dataset", ... */
    static String kind(TaskSpec spec) {
        return switch (spec.getWorkCase()) {
            case TRAIN -> spec.getTrain().hasSubnetwork() ? "stage 3 training" : "stage 1 training";
            case PRUNE -> "stage 2 pruning";
            case EVALUATE -> "evaluation";
            case DATASET -> "dataset";
            case MODEL -> "model";
            case WORK_NOT_SET -> "artifact of an unknown kind";
        };
    }

    /** The options that matter most; all of them stand in the manifest. */
    static List<String> essentials(TaskSpec spec) {
        List<String> lines = new ArrayList<>();
        switch (spec.getWorkCase()) {
            case TRAIN -> train(spec.getTrain(), lines);
            case PRUNE -> prune(spec.getPrune(), lines);
            case EVALUATE ->
                lines.add("splits " + splits(spec.getEvaluate().getSplitsList())
                        + precision(spec.getEvaluate().getPrecision()));
            case DATASET -> dataset(spec.getDataset(), lines);
            case MODEL -> model(spec.getModel(), lines);
            case WORK_NOT_SET -> lines.add("its spec says no work");
        }
        lines.add("algorithm version " + spec.getAlgorithmVersion()
                + (spec.getReplica().isEmpty() ? "" : ", replica " + spec.getReplica()));
        return lines;
    }

    private static void train(TrainSpec spec, List<String> lines) {
        lines.add("seed " + Long.toUnsignedString(spec.getSeed()) + ", " + training(spec.getTraining()));
    }

    private static void prune(PruneSpec spec, List<String> lines) {
        Sparsity rates = spec.getSparsity();
        lines.add(word(spec.getMethod(), "PRUNE_METHOD_") + ", seed " + Long.toUnsignedString(spec.getSeed())
                + (spec.hasTraining() ? ", " + training(spec.getTraining()) : ""));
        lines.add(String.format(
                Locale.ROOT,
                "zeros: language %s, vision %s, fusion %s, pooler %s%s",
                rates.getLanguage(),
                rates.getVision(),
                rates.getFusion(),
                rates.getPooler(),
                rates.getLayersCount() == 0 ? "" : ", " + rates.getLayersCount() + " layers of their own"));
    }

    private static String training(TrainingSettings settings) {
        return word(settings.getLoss().getKind(), "LOSS_KIND_") + ", " + settings.getSteps() + " steps of "
                + settings.getBatchSize() + ", peak rate "
                + settings.getLearningRate().getPeak() + precision(settings.getPrecision());
    }

    /** Nothing for float32, which older specs say by saying nothing. */
    private static String precision(Precision precision) {
        return precision == Precision.PRECISION_UNSPECIFIED ? "" : ", " + word(precision, "PRECISION_");
    }

    private static void dataset(DatasetSpec spec, List<String> lines) {
        lines.add(word(spec.getFormat(), "DATASET_FORMAT_") + ", answers seen at least "
                + spec.getMinAnswerOccurrences() + " times, label seed " + Long.toUnsignedString(spec.getLabelSeed()));
        spec.getSplitsList()
                .forEach(split -> lines.add("from " + split.getName() + ": questions "
                        + split.getQuestions().getSha256() + ", annotations "
                        + split.getAnnotations().getSha256()));
        String unit = spec.getBoxUnit() == BoxUnit.BOX_UNIT_NORMALIZED ? " (boxes normalized)" : "";
        spec.getFeaturesList().forEach(file -> lines.add("from features" + unit + " " + file.getSha256()));
        if (spec.getSkipDamagedImages() > 0) {
            lines.add("without damaged images, " + spec.getSkipDamagedImages() + " at most");
        }
    }

    private static void model(ModelSpec spec, List<String> lines) {
        lines.add(word(spec.getArchitecture(), "MODEL_ARCHITECTURE_") + ", weights "
                + switch (spec.getWeightsCase()) {
                    case RANDOM_SEED -> "drawn from seed " + Long.toUnsignedString(spec.getRandomSeed());
                    case IMPORTED -> "imported from " + spec.getImported().getSha256();
                    case SHARDED -> "imported from " + spec.getSharded().getFilesCount() + " shards";
                    case WEIGHTS_NOT_SET -> "of an unknown source";
                });
    }

    private static String splits(List<SplitSelection> splits) {
        return splits.stream()
                .map(split -> split.getName()
                        + (split.getMaxQuestions() == 0 ? "" : " (first " + split.getMaxQuestions() + ")"))
                .collect(Collectors.joining(", "));
    }

    private static String word(ProtocolMessageEnum value, String prefix) {
        String name = value.toString();
        return name.startsWith(prefix)
                ? name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', ' ')
                : name;
    }
}
