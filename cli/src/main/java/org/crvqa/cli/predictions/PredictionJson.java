package org.crvqa.cli.predictions;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.crvqa.study.predictions.Calibration;
import org.crvqa.study.predictions.Predictions;
import org.crvqa.vqa.data.AskedQuestions;

/** Answers, flips and calibration for programs. */
public final class PredictionJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PredictionJson() {}

    /**
     * Writes {@code evaluations} with accuracies, {@code flips} between two, and {@code predictions} of each question that
     * is listed, with its answers in the order of the evaluations. Question by question, since there may be many.
     *
     * @param limit of questions; 0: all
     */
    public static void write(PredictionView view, int limit, PrintStream out) throws IOException {
        ObjectNode head = head(view);
        evaluations(head, view, false);
        if (view.against().isPresent()) {
            ObjectNode flips = counts(head.putObject("flips"), view.allFlips());
            ArrayNode types = flips.putArray("by_question_type");
            view.flips().forEach((type, found) -> counts(types.addObject().put("question_type", type), found));
        }
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).useDefaultPrettyPrinter();
            json.writeStartObject();
            for (Map.Entry<String, JsonNode> field : head.properties()) {
                json.writeFieldName(field.getKey());
                json.writeTree(field.getValue());
            }
            json.writeArrayFieldStart("predictions");
            List<PredictionView.Place> listed = view.listed();
            for (int i = 0; i < listed.size() && (limit == 0 || i < limit); i++) {
                ObjectNode node = JSON.createObjectNode();
                question(node, view, listed.get(i));
                json.writeTree(node);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println();
    }

    /** {@code evaluations}, each with its expected calibration error and bins. */
    public static String calibration(PredictionView view) {
        ObjectNode root = head(view);
        evaluations(root, view, true);
        return root.toPrettyString();
    }

    private static ObjectNode head(PredictionView view) {
        ObjectNode root = JSON.createObjectNode();
        root.put("split", view.first().predictions().split());
        root.put("dataset", view.first().dataset().hex());
        root.put("questions", view.questions());
        root.put("selected", view.places().size());
        return root;
    }

    private static void evaluations(ObjectNode root, PredictionView view, boolean bins) {
        ArrayNode list = root.putArray("evaluations");
        for (Answered answered : view.all()) {
            Calibration found = view.calibration(answered);
            ObjectNode node = list.addObject();
            node.put("label", answered.label());
            node.put("key", answered.key().hex());
            node.put(
                    "probability",
                    answered.predictions()
                            .probability()
                            .name()
                            .replaceFirst("PROBABILITY_", "")
                            .toLowerCase(Locale.ROOT));
            node.put("accuracy", found.accuracy());
            node.put("confidence", found.confidence());
            if (bins) {
                node.put("expected_calibration_error", found.error());
                ArrayNode all = node.putArray("bins");
                found.bins().forEach(bin -> bin(all.addObject(), bin));
            }
        }
    }

    /** A bin without questions has no means. */
    private static void bin(ObjectNode node, Calibration.Bin bin) {
        node.put("low", bin.low());
        node.put("high", bin.high());
        node.put("questions", bin.questions());
        if (bin.questions() > 0) {
            node.put("confidence", bin.confidence());
            node.put("accuracy", bin.accuracy());
        }
    }

    private static ObjectNode counts(ObjectNode node, PredictionView.Flips flips) {
        return node.put("questions", flips.questions())
                .put("right_to_wrong", flips.rightToWrong())
                .put("wrong_to_right", flips.wrongToRight());
    }

    private static void question(ObjectNode node, PredictionView view, PredictionView.Place place) {
        AskedQuestions asked = view.asked();
        int i = place.question();
        node.put("question_id", asked.questionId(i));
        node.put("image_id", asked.imageId(i));
        node.put("question", asked.question(i));
        node.put("question_type", asked.questionType(i));
        node.put("answer_type", asked.answerType(i).label());
        asked.subsets(i).forEach(node.putArray("subsets")::add);
        ArrayNode gold = node.putArray("gold");
        asked.gold(i)
                .forEach(each -> gold.addObject().put("answer", each.answer()).put("score", each.score()));
        ArrayNode evaluations = node.putArray("answers");
        answers(evaluations.addObject(), view.first().predictions(), place.answer());
        view.against().ifPresent(other -> {
            answers(evaluations.addObject(), other.predictions(), place.other());
            node.put("flip", view.flip(place).toString());
        });
    }

    private static void answers(ObjectNode node, Predictions predictions, int i) {
        node.put("prediction", predictions.answer(i, 0));
        node.put("score", predictions.accuracy(i));
        node.put("right", predictions.isRight(i));
        node.put("probability", predictions.probability(i, 0));
        ArrayNode kept = node.putArray("kept");
        for (int rank = 0; rank < predictions.kept(); rank++) {
            kept.addObject()
                    .put("answer", predictions.answer(i, rank))
                    .put("probability", predictions.probability(i, rank));
        }
    }
}
