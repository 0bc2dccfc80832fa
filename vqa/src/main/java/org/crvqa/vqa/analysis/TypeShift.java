package org.crvqa.vqa.analysis;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * How far the answers to one question type are from those of another population.
 *
 * @param questionType row of the type
 * @param questions how many of this population's questions are of the type
 * @param totalVariation see {@link AnswerDistribution#totalVariation}
 * @param jensenShannon see {@link AnswerDistribution#jensenShannon}
 */
public record TypeShift(int questionType, long questions, double totalVariation, double jensenShannon) {
    static TypeShift of(int questionType, AnswerDistribution reference, AnswerDistribution shifted) {
        return new TypeShift(
                questionType, shifted.questions(), shifted.totalVariation(reference), shifted.jensenShannon(reference));
    }

    /** The mean of a measure over question types, each weighted by its questions; empty without any type. */
    public static OptionalDouble mean(List<TypeShift> shifts, ToDoubleFunction<TypeShift> measure) {
        double sum = 0;
        long questions = 0;
        for (TypeShift shift : shifts) {
            sum += measure.applyAsDouble(shift) * shift.questions;
            questions += shift.questions;
        }
        return questions == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / questions);
    }
}
