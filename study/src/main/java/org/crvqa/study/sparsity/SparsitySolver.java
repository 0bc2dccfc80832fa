package org.crvqa.study.sparsity;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.experiment.v1.ModalitySparsity;

/**
 * Rates of zeros that fit each other: with n the number of maskable weights and s the rate of each part,
 *
 * <p>n(whole) s(whole) = n(language) s(language) + n(vision) s(vision) + n(fusion) s(fusion) + n(pooler) s(pooler)
 *
 * <p>so that all but one of language, vision, fusion and whole give the last. The pooler takes the whole's rate unless it
 * has its own (docs/method.md, section 5). A model of one modality (VisualBERT) has one rate everywhere.
 */
public final class SparsitySolver {
    static final String WHOLE = "whole";
    private static final String POOLER = "pooler";

    /**
     * How far a given whole rate may be from what the others make. People write rates with two decimals: the whole's is
     * off by up to 0.005 then, and so is the mean of the others'.
     */
    static final double TOLERANCE = 0.01;

    /** Of rates that are computed, so that 0.7 does not become 0.7000000000000001. Far below one weight in a matrix. */
    private static final int DECIMALS = 6;

    private final ModalityCounts counts;
    private final Map<String, Double> rates = new LinkedHashMap<>();

    private SparsitySolver(ModalitySparsity given, ModalityCounts counts) {
        this.counts = counts;
        given.getAllFields().forEach((field, value) -> rates.put(field.getName(), (Double) value));
    }

    /**
     * The given rates and those that follow; of modalities that the model does not have, none.
     *
     * @param given each rate in [0, 1); all but one of language, vision, fusion and whole, or all
     * @param maskable number of maskable weights by modality, as in a model's manifest
     * @throws InvalidInputException when rates are missing or no subnetwork of the model has them
     */
    public static ModalitySparsity solve(ModalitySparsity given, Map<String, Long> maskable) {
        return new SparsitySolver(given, ModalityCounts.of(maskable)).solve();
    }

    private ModalitySparsity solve() {
        rates.forEach(SparsitySolver::checkRange);
        checkModalities();
        List<String> missing = counts.related().stream()
                .filter(name -> !rates.containsKey(name))
                .toList();
        if (missing.size() > 1) {
            throw new InvalidInputException(
                    "The rates " + String.join(", ", missing) + " are not given",
                    "Give all but one of " + String.join(", ", counts.related()) + "; the last follows.");
        }
        if (missing.isEmpty()) {
            checkAgreement();
        } else if (!missing.get(0).equals(WHOLE)) {
            solveModality(missing.get(0));
        }
        rates.putIfAbsent(POOLER, rates.containsKey(WHOLE) ? rates.get(WHOLE) : round(wholeOfOthers()));
        rates.put(WHOLE, round(whole()));
        return message();
    }

    private static void checkRange(String name, double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new InvalidInputException(
                    name + " is " + rate + ", expected a rate in [0, 1)", "0.7 means 70 % zeros.");
        }
    }

    private void checkModalities() {
        for (String name : List.of("vision", "fusion")) {
            if (rates.containsKey(name) && !counts.modalities().containsKey(name)) {
                throw new InvalidInputException(
                        "This model has no " + name + " matrices", "Give it one rate for all: language or whole.");
            }
        }
        if (counts.modalities().size() > 1) {
            return;
        }
        double one = rates.getOrDefault("language", rates.getOrDefault(WHOLE, 0.0));
        if (rates.containsKey(POOLER) && rates.get(POOLER) != one) {
            throw new InvalidInputException(
                    "A model of one modality has one rate everywhere, but pooler is " + text(rates.get(POOLER))
                            + " beside " + text(one),
                    "Leave pooler away.");
        }
    }

    /** All are given: the whole's must be what the others make. */
    private void checkAgreement() {
        double given = rates.get(WHOLE);
        double made = whole();
        if (Math.abs(given - made) <= TOLERANCE + 1e-9) {
            return;
        }
        StringJoiner fits = new StringJoiner(", or ");
        fits.add("whole " + text(wholeOfOthers()));
        for (String name : counts.modalities().keySet()) {
            double fit = modality(name);
            if (fit >= 0 && fit < 1) {
                fits.add(name + " " + text(fit));
            }
        }
        throw new InvalidInputException(
                "The rates contradict each other: whole is " + text(given) + ", but the others make " + text(made)
                        + " (rates may be rounded to two decimals, so " + text(TOLERANCE) + " would be allowed)",
                "What would fit the other rates: " + fits + ".");
    }

    private void solveModality(String name) {
        double rate = round(modality(name));
        if (rate >= 0 && rate < 1) {
            rates.put(name, rate);
            return;
        }
        double least = wholeWith(name, 0);
        double most = wholeWith(name, 1);
        throw new InvalidInputException(
                name + " would have to be " + text(rate) + " for whole to be " + text(rates.get(WHOLE))
                        + ", which is not in [0, 1)",
                "With the other rates, whole can be at least " + text(least) + " and below " + text(most) + ".");
    }

    /** The rate of a modality that all others leave for it. */
    private double modality(String name) {
        double whole = rates.get(WHOLE);
        double zeros = whole * counts.total() - counts.pooler() * rates.getOrDefault(POOLER, whole);
        return (zeros - zerosBeside(name)) / counts.modalities().get(name);
    }

    /** The whole's rate if one modality had this rate. */
    private double wholeWith(String name, double rate) {
        return wholeFor(zerosBeside(name) + rate * counts.modalities().get(name));
    }

    /** The whole's rate that follows from the modalities', the pooler's being given or the same. */
    private double wholeOfOthers() {
        return wholeFor(zerosBeside(""));
    }

    private double wholeFor(double zerosOfModalities) {
        return rates.containsKey(POOLER)
                ? (zerosOfModalities + counts.pooler() * rates.get(POOLER)) / counts.total()
                : zerosOfModalities / (counts.total() - counts.pooler());
    }

    /** The whole's rate as it is, the pooler's being given, or the whole's as given. */
    private double whole() {
        double pooler = rates.containsKey(POOLER) ? rates.get(POOLER) : rates.get(WHOLE);
        return (zerosBeside("") + counts.pooler() * pooler) / counts.total();
    }

    private double zerosBeside(String left) {
        return counts.modalities().entrySet().stream()
                .filter(entry -> !entry.getKey().equals(left))
                .mapToDouble(entry -> entry.getValue() * rates.get(entry.getKey()))
                .sum();
    }

    private ModalitySparsity message() {
        ModalitySparsity.Builder message = ModalitySparsity.newBuilder();
        for (FieldDescriptor field : ModalitySparsity.getDescriptor().getFields()) {
            Optional.ofNullable(rates.get(field.getName())).ifPresent(rate -> message.setField(field, rate));
        }
        return message.build();
    }

    private static double round(double rate) {
        return BigDecimal.valueOf(rate)
                .setScale(DECIMALS, RoundingMode.HALF_EVEN)
                .doubleValue();
    }

    /** Four decimals at most. */
    private static String text(double rate) {
        return BigDecimal.valueOf(rate)
                .setScale(4, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }
}
