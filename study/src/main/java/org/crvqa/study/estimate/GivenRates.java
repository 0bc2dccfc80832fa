package org.crvqa.study.estimate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Sha256;
import org.crvqa.coordinator.v1.MeasuredModel;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.plan.Precisions;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;

/** Rates that a client brings, such as those of a benchmark. They know nothing of start-up, saved states and uploads. */
final class GivenRates {
    private final List<MeasuredRate> rates;
    private final Map<ArtifactKey, Manifest> models;
    private final int answers;

    /** {@code models}: manifests of the plan's models; {@code answers}: of its dataset. */
    GivenRates(List<MeasuredRate> rates, Map<ArtifactKey, Manifest> models, int answers) {
        this.rates = List.copyOf(rates);
        this.models = Map.copyOf(models);
        this.answers = answers;
    }

    Finding find(WorkProfile profile) {
        if (rates.isEmpty()) {
            return new Finding.Missing("no rate is known");
        }
        boolean otherSearch = profile.method()
                .filter(method -> method != PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                .isPresent();
        if (otherSearch) {
            return new Finding.Missing("measured rates of stage 2 are of mask training, not of "
                    + EnumNames.dashed(profile.method().get()));
        }
        List<MeasuredRate> fitting = rates.stream()
                .filter(rate -> measured(rate.getModel(), profile.model()))
                .toList();
        if (fitting.isEmpty()) {
            return new Finding.Missing(otherModels(profile.model()));
        }
        boolean evaluates = profile.work() == WorkKind.WORK_KIND_EVALUATE;
        Optional<MeasuredRate> answering = answering(fitting, profile.precision());
        Optional<MeasuredRate> step = evaluates ? answering : step(fitting, profile);
        if (step.isEmpty()) {
            return missing(profile.work(), profile.precision(), "");
        }
        boolean answersToo = profile.distilled() || profile.selecting().questions() > 0;
        if (answersToo && answering.isEmpty()) {
            String why = profile.distilled() ? ", as the teacher does" : ", which chooses checkpoints";
            return missing(WorkKind.WORK_KIND_EVALUATE, profile.precision(), why);
        }
        return new Finding.Found(rate(profile, step.get(), answersToo || evaluates ? answering : Optional.empty()));
    }

    private static Finding missing(WorkKind work, Precision precision, String why) {
        return new Finding.Missing(
                "no rate of " + words(work) + " in " + Precisions.word(precision) + " was measured" + why);
    }

    private Rate rate(WorkProfile profile, MeasuredRate step, Optional<MeasuredRate> answering) {
        List<String> notes = new ArrayList<>();
        double perQuestion =
                answering.map(rate -> 1 / rate.getExamplesPerSecond()).orElse(0.0);
        double perStep = 0;
        if (profile.trains()) {
            perStep = step.getSecondsPerStep() * profile.batchSize() / step.getBatchSize();
            if (profile.batchSize() != step.getBatchSize()) {
                notes.add("measured with a batch size of " + step.getBatchSize() + " and scaled by examples to "
                        + profile.batchSize());
            }
        }
        if (step.getAnswers() > 0 && step.getAnswers() != answers) {
            notes.add("measured with " + step.getAnswers() + " candidate answers; the dataset has " + answers);
        }
        String speed = profile.trains()
                ? String.format(Locale.ROOT, "%.4g s a step of %d", perStep, profile.batchSize())
                : String.format(Locale.ROOT, "%.4g questions a second", step.getExamplesPerSecond());
        String beside = profile.trains() && answering.isPresent()
                ? String.format(
                        Locale.ROOT,
                        " and %.4g questions a second",
                        answering.get().getExamplesPerSecond())
                : "";
        return new Rate(
                perStep,
                perQuestion,
                0,
                Devices.type(step.getDevice()),
                speed + beside + ", " + place(step),
                notes,
                List.of());
    }

    private static String place(MeasuredRate rate) {
        String name = rate.getDeviceName().isEmpty() ? "" : " " + rate.getDeviceName();
        String file = rate.getSource().isEmpty() ? "" : rate.getSource() + ": ";
        return file + Devices.words(rate.getDevice() + name, rate.getThreads());
    }

    /** The nearest batch size, by ratio; of two that are equally near the smaller. */
    private static Optional<MeasuredRate> step(List<MeasuredRate> rates, WorkProfile profile) {
        return rates.stream()
                .filter(rate -> rate.getWork() == profile.work() && rate.getPrecision() == profile.precision())
                .min(Comparator.comparingDouble((MeasuredRate rate) ->
                                Math.abs(Math.log((double) rate.getBatchSize() / profile.batchSize())))
                        .thenComparingInt(MeasuredRate::getBatchSize));
    }

    /** The largest batch: evaluations choose theirs themselves, as large as pays. */
    private static Optional<MeasuredRate> answering(List<MeasuredRate> rates, Precision precision) {
        return rates.stream()
                .filter(rate -> rate.getWork() == WorkKind.WORK_KIND_EVALUATE && rate.getPrecision() == precision)
                .max(Comparator.comparingInt(MeasuredRate::getBatchSize));
    }

    private boolean measured(MeasuredModel measured, ArtifactKey key) {
        Manifest model = models.getOrDefault(key, Manifest.getDefaultInstance());
        String config = model.getSpec().getModel().getConfigJson();
        return measured.getConfigSha256().equals(Sha256.hex(config))
                || measured.getArchitecture() == model.getModel().getArchitecture()
                        && measured.getParameters() == model.getModel().getParameters();
    }

    private String otherModels(ArtifactKey key) {
        Manifest model = models.getOrDefault(key, Manifest.getDefaultInstance());
        String others =
                rates.stream().map(rate -> words(rate.getModel())).distinct().collect(Collectors.joining(" and "));
        MeasuredModel own = MeasuredModel.newBuilder()
                .setArchitecture(model.getModel().getArchitecture())
                .setParameters(model.getModel().getParameters())
                .build();
        return "what was measured is another model: " + others + "; this is " + words(own);
    }

    private static String words(MeasuredModel model) {
        return String.format(
                Locale.ROOT, "%s with %,d parameters", EnumNames.of(model.getArchitecture()), model.getParameters());
    }

    static String words(WorkKind work) {
        return switch (work) {
            case WORK_KIND_STAGE1 -> "stage 1";
            case WORK_KIND_STAGE2 -> "stage 2";
            case WORK_KIND_STAGE3 -> "stage 3";
            case WORK_KIND_EVALUATE -> "evaluation";
            case WORK_KIND_UNSPECIFIED, UNRECOGNIZED -> "unknown work";
        };
    }
}
