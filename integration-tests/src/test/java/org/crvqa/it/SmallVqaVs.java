package org.crvqa.it;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The generated sample with VQA-VS's file names, and nine sets of its test questions. */
final class SmallVqaVs {
    private static final List<String> SETS = List.of("QT", "KW", "KWP", "QTKW", "KO", "KOP", "QTKO", "KWKO", "QTKWKO");

    private SmallVqaVs() {}

    /** Renames what {@code crvqa data sample} wrote; set i has every question whose place is a multiple of i + 1. */
    static void from(Path sample) throws IOException {
        move(sample, "train", "Training");
        move(sample, "iid", "Val");
        move(sample, "test", "IID-Test");
        JsonArray questions = JsonParser.parseString(Files.readString(sample.resolve("IID-Test/IID-Test-Ques.json")))
                .getAsJsonArray();
        JsonObject lists = new JsonObject();
        for (int i = 0; i < SETS.size(); i++) {
            JsonArray ids = new JsonArray();
            for (int place = 0; place < questions.size(); place += i + 1) {
                ids.add(questions.get(place).getAsJsonObject().get("question_id"));
            }
            lists.add(SETS.get(i) + "_qid", ids);
        }
        Files.writeString(sample.resolve("test_annotations.json"), lists.toString());
    }

    private static void move(Path sample, String split, String name) throws IOException {
        Path folder = Files.createDirectories(sample.resolve(name));
        Files.move(sample.resolve("vqacp_v2_" + split + "_questions.json"), folder.resolve(name + "-Ques.json"));
        Files.move(sample.resolve("vqacp_v2_" + split + "_annotations.json"), folder.resolve(name + "-Ans.json"));
    }
}
