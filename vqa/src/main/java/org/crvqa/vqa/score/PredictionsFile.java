package org.crvqa.vqa.score;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The VQA challenge's result file: a JSON list of {@code {"question_id": …, "answer": …}}. */
public final class PredictionsFile {
    private static final JsonFactory JSON = new JsonFactory();

    private PredictionsFile() {}

    private static PrettyPrinter oneEntryALine() {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withoutSpacesInObjectEntries();
        printer.indentArraysWith(new DefaultIndenter("", "\n"));
        printer.indentObjectsWith(new DefaultPrettyPrinter.NopIndenter());
        return printer;
    }

    /** One answered question. */
    public record Prediction(long questionId, String answer) {}

    /** The name of a split's file in an evaluation artifact. */
    public static String name(String split) {
        return "predictions-" + split + ".json";
    }

    /** Writes the predictions in the given order, one a line. */
    public static void write(Path file, List<Prediction> predictions) {
        try (JsonGenerator json = JSON.createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.setPrettyPrinter(oneEntryALine());
            json.writeStartArray();
            for (Prediction prediction : predictions) {
                json.writeStartObject();
                json.writeNumberField("question_id", prediction.questionId());
                json.writeStringField("answer", prediction.answer());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
