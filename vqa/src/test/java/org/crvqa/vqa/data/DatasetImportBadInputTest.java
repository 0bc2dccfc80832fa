package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.crvqa.vqa.data.SmallVqaCp.FEATURES;
import static org.crvqa.vqa.data.SmallVqaCp.TEST_ANNOTATIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TEST_QUESTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TRAIN_QUESTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.VOCABULARY;
import static org.crvqa.vqa.data.SmallVqaCp.floats;
import static org.crvqa.vqa.data.SmallVqaCp.given;
import static org.crvqa.vqa.data.SmallVqaCp.list;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.DatasetFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DatasetImportBadInputTest {
    private static final String BOXES = floats(0, 0, 64, 48);

    @TempDir
    Path folder;

    static Stream<Arguments> spoilt() {
        return Stream.of(
                spoilt(
                        "malformed JSON",
                        TRAIN_QUESTIONS,
                        "\"question_id\": 10",
                        "\"question_id\" 10",
                        "line 2, column 69: not valid JSON"),
                spoilt(
                        "JSON cut off",
                        TEST_ANNOTATIONS,
                        "\"question_id\": 6}]",
                        "\"question_id\": 6",
                        "not valid JSON: Unexpected end"),
                spoilt("text after the list", TEST_QUESTIONS, "}]", "}] []", "text follows"),
                spoilt(
                        "number for text",
                        TEST_QUESTIONS,
                        "\"What color?\"",
                        "17",
                        "line 2, column 1 (element 1): field question: expected a string, found 17"),
                spoilt(
                        "text for number",
                        TEST_QUESTIONS,
                        "\"question_id\": 6",
                        "\"question_id\": \"6\"",
                        "(element 1): field question_id: expected a whole number, found \"6\""),
                spoilt(
                        "fraction for number",
                        TEST_QUESTIONS,
                        "\"image_id\": 9",
                        "\"image_id\": 9.5",
                        "expected a whole number, found 9.5"),
                spoilt(
                        "missing field",
                        TEST_ANNOTATIONS,
                        "\"question_type\": \"what color\", ",
                        "",
                        "field question_type: expected a string, found nothing"),
                spoilt(
                        "field twice",
                        TEST_QUESTIONS,
                        "\"image_id\": 9",
                        "\"image_id\": 9, \"image_id\": 8",
                        "Duplicate field 'image_id'"),
                spoilt("element no object", TEST_QUESTIONS, "[{", "[3, {", "element 0 is a number, expected an object"),
                spoilt("question without words", TEST_QUESTIONS, "What color?", " ", "expected words, found none"),
                spoilt(
                        "no answers",
                        TEST_ANNOTATIONS,
                        list(answers("blue", 10)),
                        "[]",
                        "field answers: expected a list with at least one element, found []"),
                spoilt(
                        "answers of wrong type",
                        TEST_ANNOTATIONS,
                        "\"answer\": \"2\"",
                        "\"answer\": 2",
                        "field answers[0].answer: expected a string, found 2"),
                spoilt(
                        "unknown answer type",
                        TEST_ANNOTATIONS,
                        "\"number\"",
                        "\"digit\"",
                        "field answer_type: expected one of yes/no, number, other, found \"digit\""),
                spoilt(
                        "question without annotation",
                        TEST_QUESTIONS,
                        "}]",
                        "}," + SmallVqaCp.question(77, 9, "Is?") + "]",
                        "question_id 77 has no annotation in"),
                spoilt(
                        "annotation without question",
                        TEST_ANNOTATIONS,
                        "\"question_id\": 6",
                        "\"question_id\": 66",
                        "question_id 66 is not in"),
                spoilt(
                        "annotation of another image",
                        TEST_ANNOTATIONS,
                        "\"question_id\": 6",
                        "\"question_id\": 5",
                        "image_id is 9 but the question's is 8"),
                spoilt(
                        "annotation twice",
                        TEST_ANNOTATIONS,
                        "\"image_id\": 9, \"answer_type\": \"other\", \"question_id\": 6",
                        "\"image_id\": 8, \"answer_type\": \"other\", \"question_id\": 5",
                        "question_id 5 has an annotation already, at"),
                spoilt(
                        "question twice",
                        TEST_QUESTIONS,
                        "\"question_id\": 6",
                        "\"question_id\": 5",
                        "question_id 5 occurs a second time, first at"),
                spoilt(
                        "object without the list",
                        TRAIN_QUESTIONS,
                        null,
                        "{\"info\": {\"questions\": [1, 2]}, \"annotations\": []}",
                        "is an object without the field questions, expected a JSON list"),
                spoilt(
                        "object with a number for the list",
                        TRAIN_QUESTIONS,
                        null,
                        "{\"questions\": 3}",
                        "column 15: field questions is a number, expected a list"),
                spoilt(
                        "text for list",
                        TRAIN_QUESTIONS,
                        null,
                        "\"questions\"",
                        "is text that begins with \"\"questions\"\", expected a JSON list or an object that holds one"),
                spoilt(
                        "half a character in an answer",
                        TEST_ANNOTATIONS,
                        "\"multiple_choice_answer\": \"two\"",
                        "\"multiple_choice_answer\": \"t\\ud800wo\"",
                        "(element 0): field multiple_choice_answer: expected Unicode text"),
                spoilt(
                        "half a character in a question type",
                        TEST_ANNOTATIONS,
                        "\"what color\"",
                        "\"what \\udc00color\"",
                        "(element 1): field question_type: expected Unicode text"),
                spoilt("empty questions", TRAIN_QUESTIONS, null, "", "is empty, expected a JSON list"),
                spoilt("empty list", TEST_QUESTIONS, null, "[]", "holds no question"),
                spoilt("empty features", FEATURES, null, "", "is empty, expected tab-separated lines"),
                spoilt("empty vocabulary", VOCABULARY, null, "", "is empty, expected a vocab.txt"),
                spoilt("double word piece", VOCABULARY, "red\n", "cat\n", "line 8: cat stands already in line 7"));
    }

    static Stream<Arguments> spoiltLines() {
        return Stream.of(
                line("cut off", "8\t640\t480\t1\tAAAA", "found 5 tab-separated fields, expected 6 (image_id"),
                line(
                        "LXMERT's header line",
                        "img_id\timg_h\timg_w\tobjects_id\tobjects_conf\tattrs_id\tattrs_conf\tnum_boxes\tboxes\tfeatures",
                        "img_id is \"img_id\", expected a name such as"),
                line(
                        "LXMERT's columns with a bare number",
                        "8\t480\t640\t\t\t\t\t1\t" + BOXES + "\t" + floats(1, 2, 3),
                        "img_id is \"8\", expected a name such as COCO_val2014_000000262148"),
                line(
                        "too many regions",
                        "8\t640\t480\t1001\t\t",
                        "num_boxes is \"1001\", expected a whole number from 0 to 1000"),
                line(
                        "header line",
                        "image_id\timage_w\timage_h\tnum_boxes\tboxes\tfeatures",
                        "image_id is \"image_id\", expected a whole number"),
                line("blank", "", "found 1 tab-separated fields"),
                line(
                        "no size",
                        "8\t0\t480\t1\t" + BOXES + "\t" + floats(1, 2, 3),
                        "image_w is \"0\", expected a positive number"),
                line("size NaN", "8\t640\tNaN\t1\t" + BOXES + "\t" + floats(1, 2, 3), "image_h is \"NaN\""),
                line("no region", "8\t640\t480\t0\t\t", "num_boxes is 0, expected at least 1"),
                line(
                        "fraction of a region",
                        "8\t640\t480\t1.5\t" + BOXES + "\t" + floats(1, 2, 3),
                        "num_boxes is \"1.5\""),
                line("wrong base64", lineText(1, BOXES, "AAA*AAAA"), "features is not valid base64"),
                line(
                        "base64 cut off",
                        lineText(1, BOXES, floats(1, 2, 3).substring(0, 9)),
                        "features is not valid base64"),
                line(
                        "no whole floats",
                        lineText(1, BOXES, "AAAAAAA="),
                        "features holds 5 bytes, expected a multiple of 4"),
                line(
                        "too few boxes",
                        lineText(2, BOXES, floats(1, 2, 3, 4, 5, 6)),
                        "boxes hold 4 numbers, expected num_boxes 2 x 4"),
                line(
                        "features no multiple",
                        lineText(2, floats(0, 0, 9, 9, 0, 0, 9, 9), floats(1, 2, 3)),
                        "features hold 3 numbers, expected a multiple of num_boxes 2"),
                line("other width", lineText(1, BOXES, floats(1, 2)), "features are 2 wide, expected 3"),
                line("NaN", lineText(1, BOXES, floats(1, Float.NaN, 3)), "features of region 0 hold NaN at place 1"),
                line(
                        "infinite",
                        lineText(1, BOXES, floats(1, 2, Float.NEGATIVE_INFINITY)),
                        "features of region 0 hold -Infinity at place 2"),
                line("box NaN", lineText(1, floats(0, Float.NaN, 1, 1), floats(1, 2, 3)), "boxes of region 0 hold NaN"),
                line(
                        "box to the right",
                        lineText(1, floats(0, 0, 642, 48), floats(1, 2, 3)),
                        "box 0 (0.0, 0.0, 642.0, 48.0) is not within the image of 640.0 x 480.0"),
                line("box below", lineText(1, floats(0, 0, 64, 482), floats(1, 2, 3)), "box 0 ("),
                line("box left", lineText(1, floats(-2, 0, 64, 48), floats(1, 2, 3)), "box 0 ("),
                line("box turned over", lineText(1, floats(64, 0, 32, 48), floats(1, 2, 3)), "box 0 ("),
                line(
                        "image twice",
                        "7" + lineText(1, BOXES, floats(1, 2, 3)).substring(1),
                        "image 7 stands already at "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"spoilt", "spoiltLines"})
    void run_spoiltFile_isNamedAndNothingStays(String what, String file, Consumer<SmallVqaCp> spoil, String expected) {
        SmallVqaCp source = new SmallVqaCp(folder);
        spoil.accept(source);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(source::run)
                .withMessageContaining(source.file(file).toString())
                .withMessageContaining(expected)
                .satisfies(e -> assertThat(e.advice()).isNotBlank());
        assertThat(source.leftovers()).isEmpty();
    }

    @Test
    void run_imageOfNoFile_isNamedWithTheQuestion() {
        SmallVqaCp source = new SmallVqaCp(folder);
        source.replace(TEST_QUESTIONS, "\"image_id\": 9", "\"image_id\": 99");
        source.replace(TEST_ANNOTATIONS, "\"image_id\": 9", "\"image_id\": 99");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(source::run)
                .withMessageContaining(source.file(TEST_QUESTIONS) + ", line 2, column 1 (element 1)")
                .withMessageContaining("question_id 6 is about image 99, which is not in");
        assertThat(source.leftovers()).isEmpty();
    }

    @Test
    void run_noAnswerOftenEnough_isRefused() {
        SmallVqaCp source = new SmallVqaCp(folder);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> source.run(ImportOptions.defaults(), ImportListener.none()))
                .withMessage("None of the 3 different answers occurs at least 9 times");
    }

    @Test
    void run_fileChangedMeanwhile_isRefused() {
        SmallVqaCp source = new SmallVqaCp(folder);
        boolean[] changed = {false};
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> source.run(SmallVqaCp.OPTIONS, (phase, done, total) -> {
                    if (phase.equals("features") && !changed[0]) {
                        changed[0] = true;
                        source.write(TRAIN_QUESTIONS, "[]");
                    }
                }))
                .withMessageContaining("changed while it was imported");
        assertThat(source.leftovers()).isEmpty();
    }

    @Test
    void vqaCp_filesMissing_areListed() throws IOException {
        SmallVqaCp source = new SmallVqaCp(folder);
        Files.delete(source.file(TEST_ANNOTATIONS));
        Files.delete(source.file(FEATURES));
        source.write("vqacp_v2_iid_questions.json", "[]");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DatasetSources.in(
                        DatasetFormat.DATASET_FORMAT_VQA_CP_V2,
                        source.folder(),
                        List.of(),
                        Optional.of(folder.resolve("words.txt"))))
                .withMessageContaining("missing: " + TEST_ANNOTATIONS + ", vqacp_v2_iid_annotations.json, "
                        + folder.resolve("words.txt") + ", *.tsv or *.tsv.gz (region features)");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DatasetSources.vqaCp(folder.resolve("nowhere")))
                .withMessageContaining("no folder");
    }

    private static String[] answers(String answer, int count) {
        String[] objects = new String[count];
        for (int i = 0; i < count; i++) {
            objects[i] = "{\"answer\": \"%s\", \"answer_confidence\": \"yes\", \"answer_id\": %d}"
                    .formatted(given(answer, 1).get(0), i + 1);
        }
        return objects;
    }

    /** {@code old} null: the whole file is replaced. */
    private static Arguments spoilt(String what, String file, String old, String replacement, String expected) {
        Consumer<SmallVqaCp> spoil = source -> {
            if (old == null) {
                source.write(file, replacement);
            } else {
                source.replace(file, old, replacement);
            }
        };
        return Arguments.of(what, file, spoil, expected);
    }

    private static Arguments line(String what, String text, String expected) {
        Consumer<SmallVqaCp> spoil =
                source -> source.write(FEATURES, SmallVqaCp.line(7, 1, BOXES, floats(-1, -2, -3)) + text + "\n");
        return Arguments.of(what, FEATURES, spoil, "line 2: " + expected);
    }

    private static String lineText(int count, String boxes, String features) {
        return SmallVqaCp.line(8, count, boxes, features).strip();
    }
}
