package org.crvqa.cli.predictions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.study.predictions.Calibration;
import org.crvqa.study.predictions.Predictions;
import org.crvqa.vqa.data.AskedQuestions;

/**
 * The questions that a filter lets through, with the answers of one evaluation, or of two side by side.
 *
 * @param first whose answers are looked at
 * @param against another evaluation on the same questions
 * @param filter by the first one's answers
 * @param places of the questions, ascending
 */
public record PredictionView(
        Answered first, Optional<Answered> against, AskedQuestions asked, QuestionFilter filter, List<Place> places) {
    public PredictionView {
        places = List.copyOf(places);
    }

    /**
     * Where one question stands.
     *
     * @param answer in the first evaluation
     * @param other in the other one; -1 without one
     * @param question in the dataset's split
     */
    public record Place(int answer, int other, int question) {}

    /** From the first evaluation to the other one. */
    enum Flip {
        RIGHT_TO_WRONG("right → wrong", "right_to_wrong"),
        WRONG_TO_RIGHT("wrong → right", "wrong_to_right"),
        NONE("", "");

        private final String words;
        private final String name;

        Flip(String words, String name) {
            this.words = words;
            this.name = name;
        }

        /** For people. */
        String words() {
            return words;
        }

        /** For programs. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** How the answers to questions of a type changed. */
    static final class Flips {
        private int questions;
        private int worse;
        private int better;

        private void count(Flip flip) {
            questions++;
            worse += flip == Flip.RIGHT_TO_WRONG ? 1 : 0;
            better += flip == Flip.WRONG_TO_RIGHT ? 1 : 0;
        }

        int questions() {
            return questions;
        }

        int rightToWrong() {
            return worse;
        }

        int wrongToRight() {
            return better;
        }
    }

    /**
     * Reads the questions and finds those that pass.
     *
     * @throws InvalidInputException when the filter names what is not there, or the evaluations are of other questions
     */
    public static PredictionView of(
            ArtifactRepository artifacts, Answered first, Optional<Answered> against, QuestionFilter filter) {
        against.ifPresent(other -> checkSame(first, other));
        AskedQuestions asked = first.questions(artifacts);
        filter.check(asked);
        List<Place> places = new ArrayList<>();
        Predictions predictions = first.predictions();
        int question = 0;
        for (int i = 0; i < predictions.size(); i++) {
            // Both ascend by id.
            while (question < asked.size() && asked.questionId(question) < predictions.questionId(i)) {
                question++;
            }
            if (question == asked.size() || asked.questionId(question) != predictions.questionId(i)) {
                throw new ArtifactCorruptException("Evaluation " + first.key() + " answers question "
                        + predictions.questionId(i) + ", which split " + predictions.split() + " of dataset "
                        + first.dataset() + " does not have");
            }
            if (filter.passes(asked, question, predictions.isRight(i))) {
                int other = against.isPresent() ? against.get().predictions().place(predictions.questionId(i)) : -1;
                places.add(new Place(i, other, question));
            }
        }
        return new PredictionView(first, against, asked, filter, places);
    }

    private static void checkSame(Answered first, Answered other) {
        Predictions one = first.predictions();
        Predictions two = other.predictions();
        boolean same = first.dataset().equals(other.dataset()) && one.size() == two.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = one.questionId(i) == two.questionId(i);
        }
        if (!same) {
            throw new InvalidInputException(
                    first.label() + " and " + other.label() + " did not answer the same questions",
                    "Compare evaluations on the same dataset with the same max_questions.");
        }
    }

    /** How many questions were answered, whatever the filter. */
    int questions() {
        return first.predictions().size();
    }

    /** How the answer to a question changed. */
    Flip flip(Place place) {
        if (against.isEmpty()) {
            return Flip.NONE;
        }
        boolean before = first.predictions().isRight(place.answer());
        boolean after = against.get().predictions().isRight(place.other());
        return before == after ? Flip.NONE : before ? Flip.RIGHT_TO_WRONG : Flip.WRONG_TO_RIGHT;
    }

    /** What is listed: of two evaluations the questions whose answers flipped. */
    List<Place> listed() {
        return against.isEmpty()
                ? places
                : places.stream().filter(place -> flip(place) != Flip.NONE).toList();
    }

    /** By question type, in alphabetical order. */
    Map<String, Flips> flips() {
        Map<String, Flips> flips = new TreeMap<>();
        for (Place place : places) {
            flips.computeIfAbsent(asked.questionType(place.question()), type -> new Flips())
                    .count(flip(place));
        }
        return flips;
    }

    /** Over all types. */
    Flips allFlips() {
        Flips all = new Flips();
        places.forEach(place -> all.count(flip(place)));
        return all;
    }

    /** Of the questions that pass, by an evaluation that is one of the two. */
    Calibration calibration(Answered answered) {
        boolean isFirst = answered.equals(first);
        Predictions predictions = answered.predictions();
        double[] confidences = new double[places.size()];
        double[] accuracies = new double[places.size()];
        for (int i = 0; i < confidences.length; i++) {
            int place = isFirst ? places.get(i).answer() : places.get(i).other();
            confidences[i] = predictions.probability(place, 0);
            accuracies[i] = predictions.accuracy(place);
        }
        return Calibration.of(confidences, accuracies, Calibration.BINS);
    }

    /** Both evaluations, or the only one. */
    List<Answered> all() {
        return against.map(other -> List.of(first, other)).orElse(List.of(first));
    }
}
