package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.crvqa.vqa.data.SmallVqaCp.FEATURES;
import static org.crvqa.vqa.data.SmallVqaCp.OPTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TEST_ANNOTATIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TEST_QUESTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TRAIN_ANNOTATIONS;
import static org.crvqa.vqa.data.SmallVqaCp.TRAIN_QUESTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.annotation;
import static org.crvqa.vqa.data.SmallVqaCp.floats;
import static org.crvqa.vqa.data.SmallVqaCp.given;
import static org.crvqa.vqa.data.SmallVqaCp.line;
import static org.crvqa.vqa.data.SmallVqaCp.list;
import static org.crvqa.vqa.data.SmallVqaCp.question;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the option, an import goes on without damaged images, as if they and their questions were not there. */
class SkipDamagedImagesTest {
    private static final String BOX = floats(0, 0, 64, 48);
    private static final String DAMAGED = "9\t640\t480\t1\t" + BOX + "\tAAA*\n";
    private static final String SEVEN = line(7, 1, BOX, floats(1, 2, 3));
    private static final String EIGHT = line(8, 1, BOX, floats(4, 5, 6));
    private static final String NINE = line(9, 1, BOX, floats(7, 8, 9));

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();
    private SmallVqaCp source;

    @BeforeEach
    void writeSource() {
        source = new SmallVqaCp(folder);
    }

    @Test
    void damagedImage_isLeftOutWithItsQuestionsAsIfNeverThere() {
        source.write(FEATURES, SEVEN + DAMAGED + EIGHT);
        Manifest skipped = run(1);
        assertThat(skipped.getDataset().getSkippedImages()).isEqualTo(1);
        assertThat(skipped.getDataset().getSplitsList())
                .allSatisfy(split -> assertThat(split.getSkippedQuestions()).isEqualTo(1));
        assertThat(said)
                .hasSize(3)
                .contains("1 damaged image was left out, with all questions about it.")
                .last()
                .asString()
                .contains(source.file(FEATURES) + ", line 2: features is not valid base64")
                .endsWith("it is image 9");
        try (Dataset dataset = source.open(skipped)) {
            assertThat(dataset.skippedImages()).containsExactly(9L);
            assertThat(dataset.split("train").size()).isEqualTo(3);
        }

        source.write(FEATURES, SEVEN + EIGHT);
        source.write(
                TRAIN_QUESTIONS,
                list(
                        question(40, 7, "Is the cat red?"),
                        question(10, 7, "What color is the cat?"),
                        question(30, 8, "Is the cat blue?")));
        source.write(
                TRAIN_ANNOTATIONS,
                list(
                        annotation(10, 7, "what color", "other", "Red", given("blue", 3, "red", 3, "a red.", 4)),
                        annotation(40, 7, "is", "yes/no", "yes", given("no", 1, "yes", 2, "perhaps", 7)),
                        annotation(30, 8, "is", "yes/no", "no", given("perhaps", 10))));
        source.write(TEST_QUESTIONS, list(question(5, 8, "How many cats?")));
        source.write(TEST_ANNOTATIONS, list(annotation(5, 8, "how many", "number", "two", given("2", 10))));
        assertThat(files(source.run())).isEqualTo(files(skipped));
    }

    @Test
    void numberOfImages_isPartOfTheKey() {
        source.write(FEATURES, SEVEN + DAMAGED + EIGHT);
        Manifest one = run(1);
        Manifest two = run(2);
        assertThat(one.getKey()).isNotEqualTo(two.getKey());
        assertThat(one.getFilesList()).isEqualTo(two.getFilesList());
    }

    @Test
    void moreDamagedImagesThanAllowed_areRefused() {
        source.write(FEATURES, SEVEN + DAMAGED + line(8, 1, floats(0, 0, 64, 999), floats(1, 2, 3)));
        assertThat(refused(1))
                .hasMessageContaining("2 damaged images")
                .hasMessageContaining("2 images are damaged, but --skip-damaged-images allows only 1.");
        assertThat(refused(0).advice()).contains("--skip-damaged-images N");
    }

    @Test
    void damagedRowOfAnImageThatStandsWholeElsewhere_namesBothOrTakesTheWholeOne() {
        for (String rows : List.of(SEVEN + DAMAGED + EIGHT + NINE, SEVEN + NINE + EIGHT + DAMAGED)) {
            source.write(FEATURES, rows);
            boolean damagedFirst = rows.endsWith(NINE);
            assertThat(refused(0))
                    .hasMessageContaining("line " + (damagedFirst ? 2 : 4) + ": features is not valid base64")
                    .hasMessageContaining("it is image 9, which stands whole at " + source.file(FEATURES) + ", line "
                            + (damagedFirst ? 4 : 2));
            Manifest taken = run(1);
            assertThat(taken.getDataset().getImages()).isEqualTo(3);
            assertThat(taken.getDataset().getSkippedImages()).isZero();
            assertThat(taken.getDataset().getSplits(0).getQuestions()).isEqualTo(4);
        }
    }

    @Test
    void rowOfNobodyKnowsWhichImage_cannotBeLeftOut() {
        source.write(FEATURES, SEVEN + EIGHT + NINE + "12");
        assertThat(refused(5))
                .hasMessageContaining("line 4: found 1 tab-separated fields")
                .hasMessageContaining("cannot be told which images they are");
    }

    @Test
    void rowThatWasCut_isLeftOut() {
        source.write(FEATURES, SEVEN + EIGHT + "9\t640\t480");
        assertThat(run(1).getDataset().getSkippedImages()).isEqualTo(1);
    }

    @Test
    void allImagesDamaged_isRefused() {
        source.write(FEATURES, DAMAGED);
        source.replace(TRAIN_QUESTIONS, "\"image_id\": 7", "\"image_id\": 9");
        source.replace(TRAIN_QUESTIONS, "\"image_id\": 8", "\"image_id\": 9");
        source.replace(TRAIN_ANNOTATIONS, "\"image_id\": 7", "\"image_id\": 9");
        source.replace(TRAIN_ANNOTATIONS, "\"image_id\": 8", "\"image_id\": 9");
        source.replace(TEST_QUESTIONS, "\"image_id\": 8", "\"image_id\": 9");
        source.replace(TEST_ANNOTATIONS, "\"image_id\": 8", "\"image_id\": 9");
        assertThat(refused(9)).hasMessageStartingWith("All images of [");
    }

    @Test
    void withoutDamage_nothingIsSaidAndTheDescriptionIsAsEver() {
        Manifest plain = source.run();
        Manifest allowed = run(3);
        assertThat(said).isEmpty();
        assertThat(allowed.getFilesList()).isEqualTo(plain.getFilesList());
    }

    private static List<FileEntry> files(Manifest manifest) {
        return manifest.getFilesList().stream()
                .filter(file -> !file.getName().equals(DatasetFiles.DESCRIPTION))
                .toList();
    }

    private Manifest run(long skip) {
        return source.run(OPTIONS.withSkipDamagedImages(skip), new ImportListener() {
            @Override
            public void progress(String phase, long doneBytes, long totalBytes) {}

            @Override
            public void said(String line) {
                said.add(line);
            }
        });
    }

    private InvalidInputException refused(long skip) {
        return catchThrowableOfType(InvalidInputException.class, () -> run(skip));
    }
}
