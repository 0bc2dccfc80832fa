package org.crvqa.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFileTest {
    private static final Picture PICTURE = Picture.builder()
            .box(10, 10, 20, 20, "#ff0000")
            .text(5, 55, "MMMM", 14, Anchor.START, "#000000")
            .build(60, 70, "title", "description");

    @TempDir
    private Path folder;

    @Test
    void write_svg_isThePicturesText() throws Exception {
        Path file = folder.resolve("p.SVG");
        PictureFile.of(file).write(PICTURE);

        assertThat(file).hasContent(PICTURE.svg());
    }

    @Test
    void write_png_hasTheShapesAtTwiceTheSize() throws Exception {
        Path file = folder.resolve("p.png");
        PictureFile.of(file).write(PICTURE);

        BufferedImage image = ImageIO.read(Files.newInputStream(file));
        assertThat(image.getWidth()).isEqualTo(120);
        assertThat(image.getHeight()).isEqualTo(140);
        assertThat(image.getRGB(40, 40) & 0xffffff).isEqualTo(0xff0000);
        assertThat(image.getRGB(100, 20) & 0xffffff).isEqualTo(0xffffff);
        assertThat(darkPixels(image, 90, 115)).as("text").isPositive();
    }

    @Test
    void of_otherEnding_isRefused() {
        assertThatThrownBy(() -> PictureFile.of(Path.of("picture.jpg")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("picture.jpg")
                .hasMessageContaining(".svg or .png");
    }

    private static int darkPixels(BufferedImage image, int fromY, int toY) {
        int dark = 0;
        for (int y = fromY; y < toY; y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                dark += (image.getRGB(x, y) & 0xff) < 64 ? 1 : 0;
            }
        }
        return dark;
    }
}
