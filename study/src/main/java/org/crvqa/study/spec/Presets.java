package org.crvqa.study.spec;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.task.v1.Keep;

/**
 * Named defaults, kept as experiment files of this package's resources. What an experiment says itself comes before
 * them, key by key; a list replaces the whole list.
 */
public final class Presets {
    /** Their names, as in the key {@code preset}. */
    public static final List<String> NAMES =
            List.of("paper/lxmert-vqacp", "paper/lxmert-vqavs", "paper/visualbert-vqacp");

    private Presets() {}

    /** The experiment with everything that it leaves to its preset; unchanged, with a violation, for an unknown one. */
    public static Experiment apply(Experiment own, Violations violations) {
        if (own.getPreset().isEmpty()) {
            return own;
        }
        if (!NAMES.contains(own.getPreset())) {
            violations.invalid(
                    "preset",
                    "there is no preset '" + own.getPreset() + "'" + NearestName.hint(own.getPreset(), NAMES));
            return own;
        }
        Experiment.Builder merged = read(own.getPreset()).toBuilder();
        SubnetworkSearch rates = merged.getSubnetworks(0);
        merged.clearSubnetworks();
        own.getAllFields().keySet().stream().filter(FieldDescriptor::isRepeated).forEach(merged::clearField);
        if (own.getSeedsCount() > 0 || own.hasStageSeeds()) {
            merged.clearStageSeeds();
        }
        boolean heldOut = own.getProtocol() == Protocol.PROTOCOL_HELDOUT;
        giveWay(merged.getStage1Builder(), own.getStage1(), heldOut);
        giveWay(merged.getStage2Builder(), own.getStage2(), heldOut);
        giveWay(merged.getStage3Builder(), own.getStage3(), heldOut);
        merged.mergeFrom(own);
        merged.getSubnetworksBuilderList().forEach(block -> {
            if (block.getPattern().isEmpty() && block.getSparsitiesCount() + block.getModalitySparsitiesCount() == 0) {
                block.addAllSparsities(rates.getSparsitiesList());
            }
        });
        if (!own.hasStageSeeds() && merged.hasStageSeeds()) {
            dropUnusedAxes(merged);
        }
        return merged.build();
    }

    private static void dropUnusedAxes(Experiment.Builder merged) {
        if (merged.getSubnetworksList().stream().noneMatch(Methods::draws)) {
            merged.getStageSeedsBuilder().clearStage2();
        }
        if (!Methods.trainStage3(merged.build())) {
            merged.getStageSeedsBuilder().clearStage3();
        }
    }

    /** Removes what the experiment's own keys exclude. */
    private static void giveWay(StageSettings.Builder preset, StageSettings own, boolean heldOut) {
        if (own.hasSteps() || own.hasEpochs()) {
            preset.clearEpochs();
        }
        if (own.hasWarmupSteps()) {
            preset.clearWarmupFraction();
        }
        if (own.getKeep() == Keep.KEEP_LAST) {
            preset.clearSelectionSplit().clearEvaluateEverySteps();
        }
        // An epoch is no longer what it was.
        if (own.hasBatchSize() || own.hasSteps() || heldOut) {
            preset.clearEvaluateEverySteps();
        }
        if (heldOut) {
            preset.clearSelectionSplit();
        }
    }

    private static Experiment read(String name) {
        try (InputStream in = Presets.class.getResourceAsStream(name + ".yaml")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            ExperimentYaml.Parsed parsed = ExperimentYaml.parse(text);
            parsed.violations().throwIfAny();
            return parsed.experiment();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
