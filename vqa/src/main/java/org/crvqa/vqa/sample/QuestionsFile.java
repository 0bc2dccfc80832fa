package org.crvqa.vqa.sample;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the questions and annotations of one split as VQA-CP v2 has them. Owned by one thread. */
final class QuestionsFile implements Closeable {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator questions;
    private final JsonGenerator annotations;
    private final String cocoSplit;
    private int count;

    QuestionsFile(Path questionsFile, Path annotationsFile, String cocoSplit) throws IOException {
        this.cocoSplit = cocoSplit;
        questions = JSON.createGenerator(questionsFile.toFile(), JsonEncoding.UTF8);
        annotations = JSON.createGenerator(annotationsFile.toFile(), JsonEncoding.UTF8);
        questions.writeStartArray();
        annotations.writeStartArray();
    }

    /** Questions so far. */
    int count() {
        return count;
    }

    void write(Scene scene) throws IOException {
        for (Scene.Asked asked : scene.questions()) {
            count++;
            writeQuestion(scene, asked);
            writeAnnotation(scene, asked);
        }
    }

    private void writeQuestion(Scene scene, Scene.Asked asked) throws IOException {
        questions.writeStartObject();
        questions.writeNumberField("image_id", scene.imageId());
        questions.writeStringField("question", asked.text());
        questions.writeNumberField("question_id", asked.id());
        questions.writeStringField("coco_split", cocoSplit);
        questions.writeEndObject();
        questions.writeRaw('\n');
    }

    private void writeAnnotation(Scene scene, Scene.Asked asked) throws IOException {
        annotations.writeStartObject();
        annotations.writeStringField("question_type", asked.kind().questionType());
        annotations.writeStringField("multiple_choice_answer", asked.answer());
        annotations.writeArrayFieldStart("answers");
        for (int i = 0; i < asked.given().size(); i++) {
            annotations.writeStartObject();
            annotations.writeStringField("answer", asked.given().get(i));
            annotations.writeStringField("answer_confidence", "yes");
            annotations.writeNumberField("answer_id", i + 1);
            annotations.writeEndObject();
        }
        annotations.writeEndArray();
        annotations.writeNumberField("image_id", scene.imageId());
        annotations.writeStringField("answer_type", asked.kind().answerType());
        annotations.writeNumberField("question_id", asked.id());
        annotations.writeStringField("coco_split", cocoSplit);
        annotations.writeEndObject();
        annotations.writeRaw('\n');
    }

    @Override
    public void close() throws IOException {
        try (JsonGenerator first = questions;
                JsonGenerator second = annotations) {
            first.flush();
            second.flush();
        }
    }
}
