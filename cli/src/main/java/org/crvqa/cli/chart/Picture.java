package org.crvqa.cli.chart;

import java.util.Locale;

/** A finished drawing. @param width in pixels @param height in pixels @param svg the whole SVG document */
public record Picture(int width, int height, String svg) {
    static Builder builder() {
        return new Builder();
    }

    /** Collects shapes; later ones lie above earlier ones. Coordinates are pixels from the upper left corner. */
    static final class Builder {
        private final StringBuilder shapes = new StringBuilder();

        Builder box(double x, double y, double width, double height, String fill) {
            shapes.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>%n"
                    .formatted(number(x), number(y), number(width), number(height), fill));
            return this;
        }

        Builder line(double x1, double y1, double x2, double y2, String stroke) {
            shapes.append("<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\"/>%n"
                    .formatted(number(x1), number(y1), number(x2), number(y2), stroke));
            return this;
        }

        /** A line through points; {@code dash}: as SVG's stroke-dasharray, empty for none. */
        Builder path(double[] xs, double[] ys, String stroke, String dash) {
            String dashes = dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"";
            shapes.append("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"%s/>%n"
                    .formatted(points(xs, ys), stroke, dashes));
            return this;
        }

        /** What points enclose, so pale that what lies below can be seen. */
        Builder area(double[] xs, double[] ys, String fill) {
            shapes.append(
                    "<polygon points=\"%s\" fill=\"%s\" fill-opacity=\"0.18\"/>%n".formatted(points(xs, ys), fill));
            return this;
        }

        Builder dot(double x, double y, String fill) {
            shapes.append("<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>%n".formatted(number(x), number(y), fill));
            return this;
        }

        private static String points(double[] xs, double[] ys) {
            StringBuilder points = new StringBuilder();
            for (int i = 0; i < xs.length; i++) {
                points.append(i == 0 ? "" : " ")
                        .append(number(xs[i]))
                        .append(',')
                        .append(number(ys[i]));
            }
            return points.toString();
        }

        /** One line of text; {@code y} is its baseline. */
        Builder text(double x, double y, String text, double size, Anchor anchor, String fill) {
            return text(x, y, text, size, anchor, fill, "");
        }

        Builder bold(double x, double y, String text, double size, Anchor anchor, String fill) {
            return text(x, y, text, size, anchor, fill, " font-weight=\"bold\"");
        }

        private Builder text(
                double x, double y, String text, double size, Anchor anchor, String fill, String attributes) {
            shapes.append("<text x=\"%s\" y=\"%s\" font-size=\"%s\" text-anchor=\"%s\" fill=\"%s\"%s>%s</text>%n"
                    .formatted(number(x), number(y), number(size), anchor.svg(), fill, attributes, escape(text)));
            return this;
        }

        /** The drawing on white. {@code title} and {@code description} are for those who cannot see it. */
        Picture build(double width, double height, String title, String description) {
            int w = (int) Math.ceil(width);
            int h = (int) Math.ceil(height);
            String svg = """
                    <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
                    font-family="'DejaVu Sans', 'Helvetica Neue', Arial, sans-serif" role="img">
                    <title>%3$s</title>
                    <desc>%4$s</desc>
                    <rect width="%1$d" height="%2$d" fill="%5$s"/>
                    %6$s</svg>
                    """.formatted(w, h, escape(title), escape(description), Palette.WHITE, shapes);
            return new Picture(w, h, svg);
        }

        private static String number(double value) {
            String text = String.format(Locale.ROOT, "%.2f", value);
            return text.replaceFirst("\\.?0+$", "");
        }

        /** Text of people in XML: markup escaped, characters that XML 1.0 forbids replaced. */
        private static String escape(String text) {
            StringBuilder escaped = new StringBuilder();
            text.codePoints().forEach(character -> {
                switch (character) {
                    case '&' -> escaped.append("&amp;");
                    case '<' -> escaped.append("&lt;");
                    case '>' -> escaped.append("&gt;");
                    case '"' -> escaped.append("&quot;");
                    default -> escaped.appendCodePoint(isXml(character) ? character : '\ufffd');
                }
            });
            return escaped.toString();
        }

        private static boolean isXml(int character) {
            return character >= 0x20 && !(character >= 0xd800 && character < 0xe000) && (character & 0xfffe) != 0xfffe;
        }
    }
}
