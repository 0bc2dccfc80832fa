package org.crvqa.cli.chart;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.crvqa.artifacts.InvalidInputException;

/**
 * A file for a picture; its name's ending says the format. SVG is text and needs nothing of the machine. PNG is drawn by
 * Java, which needs a font and, on most systems, the fontconfig library.
 */
public final class PictureFile {
    private static final String PNG = ".png";
    private static final String SVG = ".svg";
    private static final int PIXELS_PER_UNIT = 2;

    private final Path path;

    private PictureFile(Path path) {
        this.path = path;
    }

    /** @throws InvalidInputException when the name ends neither in .svg nor in .png */
    public static PictureFile of(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(SVG) && !name.endsWith(PNG)) {
            throw new InvalidInputException(
                    "The picture's file is " + path + ", expected a name that ends in .svg or .png",
                    "Choose one of the two formats by the name's ending.");
        }
        return new PictureFile(path);
    }

    /** Writes the picture, over what was there. @throws InvalidInputException when this Java cannot draw text */
    public void write(Picture picture) throws IOException {
        byte[] svg = picture.svg().getBytes(StandardCharsets.UTF_8);
        boolean png = path.toString().toLowerCase(Locale.ROOT).endsWith(PNG);
        Files.write(path, png ? png(picture, svg) : svg);
    }

    private byte[] png(Picture picture, byte[] svg) throws IOException {
        System.setProperty("java.awt.headless", "true");
        int width = Math.multiplyExact(picture.width(), PIXELS_PER_UNIT);
        int height = Math.multiplyExact(picture.height(), PIXELS_PER_UNIT);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        try {
            SVGDocument document = Objects.requireNonNull(
                    new SVGLoader().load(new ByteArrayInputStream(svg), null, LoaderContext.createDefault()));
            Graphics2D graphics = image.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            document.render(null, graphics, new ViewBox(0, 0, width, height));
            graphics.dispose();
        } catch (LinkageError | InternalError | RuntimeException e) {
            // What Java throws for lack of fonts differs between versions.
            throw new InvalidInputException(
                    "This Java (" + Runtime.version() + ") cannot draw text into " + path + ": " + e,
                    "Give a name that ends in .svg, or install a font and the fontconfig library.",
                    e);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
