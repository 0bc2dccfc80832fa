package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.crvqa.vqa.data.SmallVqaCp.FEATURES;
import static org.crvqa.vqa.data.SmallVqaCp.OPTIONS;
import static org.crvqa.vqa.data.SmallVqaCp.floats;
import static org.crvqa.vqa.data.SmallVqaCp.line;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.BoxUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boxes in another unit or form than is expected are found by what a whole file of them looks like. */
class BoxUnitsTest {
    private static final ImportOptions NORMALIZED = OPTIONS.withBoxUnit(BoxUnit.BOX_UNIT_NORMALIZED);
    private static final String FEATURE = floats(1, 2, 3);
    private static final int[] IMAGES = {9, 7, 8};

    @TempDir
    private Path folder;

    private SmallVqaCp source;

    @BeforeEach
    void writeSource() {
        source = new SmallVqaCp(folder);
    }

    @Test
    void fractions_withoutTheOption_areRefusedWithTheReason() {
        fractions();
        assertThat(refused(OPTIONS))
                .hasMessageStartingWith(source.file(FEATURES) + ": all boxes of all 3 images lie within one pixel")
                .hasMessageContaining("normalised before")
                .extracting(e -> ((InvalidInputException) e).advice())
                .asString()
                .contains("--boxes normalized");
    }

    @Test
    void fractions_withTheOption_giveTheBoxesOfThePixels() {
        pixels();
        Manifest ofPixels = source.run();
        fractions();
        Manifest ofFractions = source.run(NORMALIZED, ImportListener.none());
        assertThat(ofFractions.getSpec().getDataset().getBoxUnit()).isEqualTo(BoxUnit.BOX_UNIT_NORMALIZED);
        assertThat(boxes(ofFractions)).containsExactly(boxes(ofPixels), Offset.offset(1e-7f));
    }

    @Test
    void unitOfBoxes_isPartOfTheKeyAndPixelsKeepTheOldOne() {
        pixels();
        Manifest manifest = source.run();
        assertThat(CanonicalJson.of(manifest.getSpec())).contains("prior_split").doesNotContain("box_unit", "skip");
    }

    @Test
    void pixels_withTheOption_areRefused() {
        pixels();
        assertThat(refused(NORMALIZED))
                .hasMessageStartingWith(source.file(FEATURES) + ": the boxes of all 3 images are in pixels");
    }

    @Test
    void oneFileOfEach_areRefusedByFile() {
        pixels();
        source.write("b.tsv", line(100, 1, floats(.1f, .2f, .5f, 1), FEATURE));
        assertThat(refused(OPTIONS))
                .hasMessageStartingWith(source.file("b.tsv") + ": all boxes of all 1 images lie within one pixel");
        assertThat(refused(NORMALIZED))
                .hasMessageStartingWith(source.file(FEATURES) + ": the boxes of all 3 images are in pixels");
    }

    @Test
    void fileOfBothUnits_isRefused() {
        StringBuilder lines = new StringBuilder();
        for (int image = 0; image < 60; image++) {
            lines.append(line(image, 1, image < 30 ? floats(0, 0, .5f, .5f) : floats(0, 0, 320, 240), FEATURE));
        }
        source.write(FEATURES, lines.toString());
        assertThat(refused(OPTIONS)).hasMessageContaining("all boxes of 30 of 60 images lie within one pixel");
    }

    @Test
    void fewTinyBoxesAmongOthers_areTaken() {
        source.write(
                FEATURES,
                line(9, 1, floats(0, 0, 1, 1), FEATURE)
                        + line(7, 1, floats(.2f, .2f, .8f, .9f), FEATURE)
                        + line(8, 2, floats(0, 0, 1, 1, 0, 0, 300, 200), floats(1, 2, 3, 4, 5, 6)));
        assertThat(source.run().getDataset().getImages()).isEqualTo(3);
    }

    @Test
    void imageOfOnePixel_canBeEither() {
        source.write(FEATURES, all("%d\t1\t1\t1\t" + floats(0, 0, 1, 1) + "\t" + FEATURE + "\n"));
        assertThat(boxes(source.run())).startsWith(0, 0, 1, 1);
        assertThat(boxes(source.run(NORMALIZED, ImportListener.none()))).startsWith(0, 0, 1, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "400, 300, 100, 50, 'x, y, width, height'",
        "630, 300, 9, 200, 'centre x, centre y, width, height|x, y, width, height'",
        "100, 600, 400, 630, 'y1, x1, y2, x2'"
    })
    void otherForm_inManyRows_isNamed(float a, float b, float c, float d, String form) {
        source.write(FEATURES, all("%d\t640\t480\t1\t" + floats(a, b, c, d) + "\t" + FEATURE + "\n"));
        assertThat(refused(OPTIONS).getMessage())
                .startsWith(source.file(FEATURES) + ": the boxes of all 3 images are not x1, y1, x2, y2")
                .containsAnyOf(form.split("\\|"))
                .contains("line 1: box 0 (" + a + ", " + b);
    }

    @Test
    void otherForm_ofFractions_isNamed() {
        source.write(FEATURES, all("%d\t640\t480\t1\t" + floats(.6f, .5f, .2f, .4f) + "\t" + FEATURE + "\n"));
        assertThat(refused(NORMALIZED)).hasMessageContaining("are as x, y, width, height");
    }

    @Test
    void boxesBeyondManyImages_areReportedForTheFile() {
        StringBuilder lines = new StringBuilder();
        for (int image = 0; image < 100; image++) {
            lines.append(line(image, 1, image % 2 == 0 ? floats(0, 0, 900, 900) : floats(0, 0, 320, 240), FEATURE));
        }
        source.write(FEATURES, lines.toString());
        assertThat(refused(OPTIONS))
                .hasMessageStartingWith(source.file(FEATURES) + ": the boxes of 50 of 100 images are not within");
    }

    @Test
    void oneWrongBox_isAnErrorOfItsImage() {
        source.write(
                FEATURES,
                line(9, 1, floats(0, 0, 320, 240), FEATURE)
                        + line(7, 1, floats(64, 0, 32, 48), FEATURE)
                        + line(8, 1, floats(0, 0, 320, 240), FEATURE));
        assertThat(refused(OPTIONS)).hasMessageStartingWith(source.file(FEATURES) + ", line 2: box 0 (64.0, 0.0, 32.0");
    }

    private void pixels() {
        source.write(FEATURES, all("%d\t640\t480\t1\t" + floats(64, 48, 320, 480) + "\t" + FEATURE + "\n"));
    }

    private void fractions() {
        source.write(FEATURES, all("%d\t640\t480\t1\t" + floats(.1f, .1f, .5f, 1) + "\t" + FEATURE + "\n"));
    }

    private static String all(String line) {
        StringBuilder lines = new StringBuilder();
        for (int image : IMAGES) {
            lines.append(String.format(Locale.ROOT, line, image));
        }
        return lines.toString();
    }

    private float[] boxes(Manifest manifest) {
        try (Dataset dataset = source.open(manifest)) {
            FloatBuffer boxes = FloatBuffer.allocate(4 * IMAGES.length);
            for (int row = 0; row < IMAGES.length; row++) {
                dataset.copyBoxes(row, boxes);
            }
            return boxes.array();
        }
    }

    private InvalidInputException refused(ImportOptions options) {
        InvalidInputException e =
                catchThrowableOfType(InvalidInputException.class, () -> source.run(options, ImportListener.none()));
        assertThat(source.leftovers()).isEmpty();
        return e;
    }
}
