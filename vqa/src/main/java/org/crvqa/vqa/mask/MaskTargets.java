package org.crvqa.vqa.mask;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.Modality;
import org.crvqa.vqa.model.ModelConfig;

/** Which tensors of a model a spec masks, and at which rate each. */
public final class MaskTargets {
    private static final double SAME_RATE = 1e-9;

    private MaskTargets() {}

    /**
     * The masked tensors in the order in which they are stored: every maskable matrix, with {@code biases} also the bias
     * beside it, with {@code head} also the answer head's. A layer's own rate goes before its modality's; the head has
     * the pooler's.
     *
     * @param answers candidate answers of the head
     * @throws InvalidInputException when a layer is unknown, a schedule starts above a rate, or a pattern does not fit
     */
    public static List<MaskTarget> of(Sparsity sparsity, MaskSettings settings, ModelConfig config, int answers) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        config.shapes().forEach((name, shape) -> {
            if (config.maskable().containsKey(name) || (settings.getBiases() && isMaskedBias(config, name))) {
                shapes.put(name, shape);
            }
        });
        if (settings.getHead()) {
            HeadParameters.shapes(config.hiddenSize(), answers).forEach((name, shape) -> {
                if (shape.length == 2 || (settings.getBiases() && shape.length == 1)) {
                    shapes.put(name, shape);
                }
            });
        }
        List<String> modules =
                shapes.keySet().stream().map(name -> module(config, name)).toList();
        LayerRates layers = LayerRates.of(sparsity.getLayersList(), modules);
        SparsityRates rates = SparsityRates.of(sparsity);
        SparsityRamp ramp = SparsityRamp.of(settings.getSchedule());
        List<MaskTarget> targets = new ArrayList<>();
        shapes.forEach((name, shape) -> {
            double rate = layers.of(module(config, name))
                    .orElseGet(() -> rates.of(modality(config, name).orElse(Modality.POOLER)));
            targets.add(MaskTarget.of(name, shape, rate, ramp, settings.getWholeAtZero() ? 0 : 1));
        });
        checkStart(targets, ramp);
        if (settings.hasPattern()) {
            checkPattern(targets, NmGroups.of(settings.getPattern()));
        }
        return targets;
    }

    /** The modality of an encoder's matrix or of the bias beside it; empty for the answer head. */
    static Optional<Modality> modality(ModelConfig config, String name) {
        return Optional.ofNullable(config.maskable().get(matrixOf(name)));
    }

    static boolean isMaskedBias(ModelConfig config, String name) {
        return name.endsWith(".bias") && config.maskable().containsKey(matrixOf(name));
    }

    private static String matrixOf(String name) {
        return name.endsWith(".bias") ? name.substring(0, name.length() - ".bias".length()) + ".weight" : name;
    }

    /** The name of a tensor's module without the model's prefix. */
    private static String module(ModelConfig config, String name) {
        String module = name.substring(0, name.lastIndexOf('.'));
        return module.startsWith(config.prefix())
                ? module.substring(config.prefix().length())
                : module;
    }

    private static void checkStart(List<MaskTarget> targets, SparsityRamp ramp) {
        for (MaskTarget target : targets) {
            if (ramp.initial() > target.rate()) {
                throw new InvalidInputException(
                        "Task spec: mask.schedule.initial_sparsity is " + ramp.initial()
                                + ", expected at most the rate " + target.rate() + " of " + target.name(),
                        "Start below every rate.");
            }
        }
    }

    /**
     * Matrices whose width is no multiple of the group are refused rather than given a shorter last group: hardware that
     * profits from such masks takes whole groups only, and the rate would not be the pattern's.
     */
    private static void checkPattern(List<MaskTarget> targets, NmGroups groups) {
        for (MaskTarget target : targets) {
            if (target.width() % groups.of() != 0) {
                throw new InvalidInputException(
                        "Task spec: mask.pattern has groups of " + groups.of() + ", but " + target.name() + " has "
                                + target.width() + " columns, which is no multiple",
                        "Choose a pattern whose groups divide the columns of every masked matrix.");
            }
            if (Math.abs(target.rate() - groups.rate()) > SAME_RATE) {
                throw new InvalidInputException(
                        "Task spec: the rate of " + target.name() + " is " + target.rate() + ", expected "
                                + groups.rate() + " as mask.pattern " + groups.keep() + ":" + groups.of() + " gives",
                        "Set every rate to 1 - keep / of.");
            }
        }
    }
}
