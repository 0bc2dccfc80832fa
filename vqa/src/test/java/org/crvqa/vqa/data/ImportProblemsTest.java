package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.crvqa.vqa.data.SmallVqaCp.FEATURES;
import static org.crvqa.vqa.data.SmallVqaCp.TEST_ANNOTATIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TEST_QUESTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TRAIN_ANNOTATIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TRAIN_QUESTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.VOCABULARY;
import static org.crvqa.vqa.data.SmallVqaCp.floats;
import static org.crvqa.vqa.data.SmallVqaCp.line;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import finds what is wrong with all its files in one run. */
class ImportProblemsTest {
    private static final String BOX = floats(0, 0, 64, 48);

    @TempDir
    private Path folder;

    private SmallVqaCp source;

    @BeforeEach
    void writeSource() {
        source = new SmallVqaCp(folder);
    }

    @Test
    void run_problemsInAllFiles_areReportedTogetherWithTheirPlaces() {
        source.replace(TRAIN_QUESTIONS, "\"Is the cat red?\"", "17");
        source.replace(TRAIN_ANNOTATIONS, "\"answer_type\": \"other\"", "\"answer_type\": \"digit\"");
        source.replace(TEST_QUESTIONS, "\"question_id\": 6", "\"question_id\": 5");
        source.write(VOCABULARY, "[PAD]\n[UNK]\n[CLS]\n[SEP]\ncat\ncat\n");
        source.write(
                FEATURES,
                line(9, 1, BOX, floats(1, Float.NaN, 3))
                        + line(7, 1, BOX, floats(1, 2, 3))
                        + line(8, 1, BOX, floats(1, 2, 3))
                        + line(7, 1, BOX, floats(1, 2, 3)));

        InvalidInputException e = refused();
        assertThat(e)
                .hasMessageStartingWith("7 problems with the files: 1 file that is not what it should be, "
                        + "2 elements with wrong or missing fields, 1 question that occurs twice, "
                        + "1 annotation without question, 1 damaged image, 1 image that occurs twice.\n")
                .hasMessageContaining(source.file(VOCABULARY) + ", line 6: cat stands already in line 5")
                .hasMessageContaining(source.file(TRAIN_QUESTIONS)
                        + ", line 1, column 2 (element 0): field question: expected a string, found 17")
                .hasMessageContaining(source.file(TEST_QUESTIONS)
                        + ", line 2, column 1 (element 1): question_id 5 occurs a second time, first at "
                        + source.file(TEST_QUESTIONS) + ", line 1, column 2 (element 0)")
                .hasMessageContaining(source.file(FEATURES) + ", line 1: features of region 0 hold NaN")
                .hasMessageContaining(source.file(FEATURES) + ", line 4: image 7 stands already at "
                        + source.file(FEATURES) + ", line 2");
        assertThat(e.advice()).contains("Correct the field.\n").contains("Remove one of the two.");
    }

    @Test
    void run_manyProblems_namesTheFirstTwentyAndCountsAll() {
        List<String> questions = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            questions.add("{\"image_id\": 9, \"question\": \"Is it?\", \"question_id\": \"x" + i + "\"}");
        }
        source.write(TEST_QUESTIONS, SmallVqaCp.list(questions.toArray(String[]::new)));
        source.replace(FEATURES, "AAA", "*AA");

        InvalidInputException e = refused();
        assertThat(e)
                .hasMessageContaining("30 elements with wrong or missing fields")
                .hasMessageContaining("damaged image")
                .hasMessageContaining(" The first 20:\n")
                .hasMessageContaining("found \"x19\"")
                .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("x20"));
        assertThat(e.getMessage().lines()).hasSize(21);
    }

    @Test
    void run_damagedElements_causeNoOtherProblems() {
        source.replace(TRAIN_QUESTIONS, "\"question_id\": 10", "\"question_id\": \"10\"");
        source.replace(TEST_ANNOTATIONS, "\"number\"", "3");
        assertThat(refused())
                .hasMessageStartingWith("2 problems with the files: 2 elements with wrong or missing fields.");
    }

    @Test
    void run_fileThatEndsTooEarly_isOneProblem() throws IOException {
        String annotations = Files.readString(source.file(TRAIN_ANNOTATIONS));
        source.write(TRAIN_ANNOTATIONS, annotations.substring(0, annotations.length() / 2));
        assertThat(refused())
                .hasMessageStartingWith(source.file(TRAIN_ANNOTATIONS) + ", line ")
                .hasMessageContaining("not valid JSON: Unexpected end");
    }

    @Test
    void run_wrongKindOfFileAndDamagedImage_areReportedTogether() {
        source.write(TRAIN_ANNOTATIONS, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        source.replace(FEATURES, "AAA", "*AA");
        assertThat(refused())
                .hasMessageContaining(source.file(TRAIN_ANNOTATIONS) + " is a Git LFS pointer")
                .hasMessageContaining(source.file(FEATURES) + ", line ")
                .hasMessageContaining("not valid base64");
    }

    @Test
    void run_imagesWithoutFeatures_areCountedAndNamedBeforeAnythingIsWritten() throws IOException {
        source.write(FEATURES, line(7, 1, BOX, floats(1, 2, 3)));
        List<String> phases = new ArrayList<>();
        InvalidInputException e = catchThrowableOfType(
                InvalidInputException.class,
                () -> source.run(SmallVqaCp.OPTIONS, (phase, done, total) -> phases.add(phase)));
        assertThat(e)
                .hasMessageStartingWith("2 problems with the files: 2 images without features.\n")
                .hasMessageContaining("question_id 20 is about image 9, which is not in [" + source.file(FEATURES)
                        + "] (it has 2 questions)")
                .hasMessageContaining("is about image 8");
        assertThat(phases).doesNotContain("features");

        gzip(FEATURES);
        assertThat(refused()).hasMessageStartingWith("2 problems with the files: 2 images without features.\n");
    }

    @Test
    void run_fileWithoutAnyRightImage_isNotReadToItsEnd() {
        source.write(FEATURES, line(7, 1, BOX, "b'AAAA'").repeat(1500));
        assertThat(refused())
                .hasMessageContaining("1,000 damaged images")
                .hasMessageContaining("features is a bytes literal of Python, \"b'AAAA'\"")
                .hasMessageContaining("only the first 1000 images were looked at");
    }

    private void gzip(String name) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(source.file(name + ".gz")))) {
            Files.copy(source.file(name), out);
        }
        Files.delete(source.file(name));
    }

    private InvalidInputException refused() {
        InvalidInputException e = catchThrowableOfType(InvalidInputException.class, source::run);
        assertThat(source.leftovers()).isEmpty();
        return e;
    }
}
