package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.crvqa.artifacts.InvalidInputException;

/** Finds the images of questions that no features file has. */
final class MissingFeatures {
    private MissingFeatures() {}

    /**
     * Notes every such image, with the first question about it.
     *
     * @param has whether a file has the image of this id
     * @param files of features, for messages
     */
    static void note(Iterable<Examples> splits, LongPredicate has, List<Path> files, Problems problems) {
        Map<Long, Long> questionsByImage = new LinkedHashMap<>();
        Map<Long, String> firstQuestion = new LinkedHashMap<>();
        for (Examples examples : splits) {
            Questions questions = examples.questions();
            for (int place = 0; place < questions.size(); place++) {
                long imageId = questions.imageId(place);
                if (!has.test(imageId)) {
                    questionsByImage.merge(imageId, 1L, Long::sum);
                    if (firstQuestion.size() < Problems.SHOWN) {
                        firstQuestion.putIfAbsent(
                                imageId, questions.where(place) + ": question_id " + questions.id(place));
                    }
                }
            }
        }
        firstQuestion.forEach((imageId, question) -> problems.add(
                ProblemKind.NO_FEATURES,
                missing(imageId, question, questionsByImage.getOrDefault(imageId, 1L), files)));
        problems.addUnnamed(ProblemKind.NO_FEATURES, questionsByImage.size() - firstQuestion.size());
    }

    private static InvalidInputException missing(long imageId, String question, long questions, List<Path> files) {
        String more = questions == 1 ? "" : " (it has " + questions + " questions)";
        return new InvalidInputException(
                question + " is about image " + imageId + ", which is not in " + files + more,
                "Give the features of all images, in one or several files.");
    }
}
