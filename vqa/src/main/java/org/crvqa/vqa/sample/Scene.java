package org.crvqa.vqa.sample;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One image with its questions. An answer is drawn first, from the split's prior, and then put into the scene.
 *
 * @param questions at least one, no two about the same attribute of the same object
 */
record Scene(long imageId, List<SceneObject> objects, List<Asked> questions) {
    private static final int ANNOTATORS = 10;
    /** The first annotators never err, so that the majority is always right. */
    private static final int SURE_ANNOTATORS = 6;

    private static final double[] KIND_WEIGHTS = kindWeights();

    /** A question with its answer and what the annotators said. */
    record Asked(long id, QuestionKind kind, String text, String answer, List<String> given) {}

    private record Topic(int object, Attribute attribute) {}

    static Scene draw(long imageId, boolean test, AnswerPriors priors, SampleOptions options, Draws draws) {
        int count = options.minObjects() + draws.below(options.maxObjects() - options.minObjects() + 1);
        int[] shapes = draws.permutation(Attribute.SHAPE.answers().size());
        List<SceneObject> objects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            objects.add(new SceneObject(shapes[i], draws));
        }
        List<Asked> questions = new ArrayList<>();
        Set<Topic> topics = new HashSet<>();
        for (int j = 0; j < options.questionsPerImage(); j++) {
            QuestionKind kind = QuestionKind.values()[draws.weighted(KIND_WEIGHTS)];
            int which = draws.below(count);
            if (topics.add(new Topic(which, kind.attribute()))) {
                SceneObject object = objects.get(which);
                object.set(kind.attribute(), draws.weighted(priors.of(kind, test)));
                questions.add(ask(imageId * 1000 + j, kind, object, options, draws));
            }
        }
        return new Scene(imageId, objects, questions);
    }

    private static Asked ask(long id, QuestionKind kind, SceneObject object, SampleOptions options, Draws draws) {
        String answer = object.text(kind.attribute());
        List<String> given = new ArrayList<>();
        for (int annotator = 0; annotator < ANNOTATORS; annotator++) {
            boolean errs = annotator >= SURE_ANNOTATORS && draws.chance(options.errorRate());
            List<String> answers = kind.attribute().answers();
            given.add(errs ? answers.get(draws.below(answers.size())) : answer);
        }
        return new Asked(id, kind, kind.question(object.text(Attribute.SHAPE)), answer, given);
    }

    private static double[] kindWeights() {
        QuestionKind[] kinds = QuestionKind.values();
        double[] weights = new double[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            weights[i] = kinds[i].weight();
        }
        return weights;
    }
}
