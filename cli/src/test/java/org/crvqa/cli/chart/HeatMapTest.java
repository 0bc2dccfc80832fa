package org.crvqa.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.crvqa.cli.chart.HeatMap.Cell;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HeatMapTest {
    private static final String NASTY = "a <b> & \"c\" \u0007 é …";

    @Test
    void draw_labelsWithMarkup_isWellFormedAndShowsThem() throws Exception {
        Document svg = parse(new HeatMap(
                        NASTY,
                        "s",
                        List.of("one", "two"),
                        List.of("1", "2"),
                        List.of(
                                List.of(Cell.blank("1"), new Cell(0.25, "0.25", "0.18")),
                                List.of(new Cell(0.75, "0.75", "0.18"), Cell.blank("1"))),
                        List.of("note"))
                .draw());

        assertThat(texts(svg)).contains("a <b> & \"c\" \ufffd é …", "one", "two", "0.25", "0.75", "0.18", "note");
    }

    @Test
    void draw_differentQuantities_laterIsDarkerAndTextReadable() throws Exception {
        Document svg = parse(new HeatMap(
                        "t",
                        "s",
                        List.of("row"),
                        List.of("1", "2"),
                        List.of(List.of(new Cell(0.1, "0.1", ""), new Cell(0.9, "0.9", ""))),
                        List.of())
                .draw());
        NodeList texts = svg.getElementsByTagName("text");
        String light = fillOf(texts, "0.1");
        String dark = fillOf(texts, "0.9");

        assertThat(light).isEqualTo(Palette.INK);
        assertThat(dark).isEqualTo(Palette.WHITE);
    }

    @Test
    void draw_everyText_liesInsideThePicture() throws Exception {
        String longest = "x".repeat(200);
        Document svg = parse(new HeatMap(
                        "title that is much longer than the map is wide, so that it decides the width",
                        "s",
                        List.of(longest),
                        List.of("column"),
                        List.of(List.of(new Cell(0.5, "0.5", "0.4"))),
                        List.of("a note"))
                .draw());
        double width = Double.parseDouble(svg.getDocumentElement().getAttribute("width"));
        NodeList texts = svg.getElementsByTagName("text");
        for (int i = 0; i < texts.getLength(); i++) {
            Element text = (Element) texts.item(i);
            double x = Double.parseDouble(text.getAttribute("x"));
            double size = Double.parseDouble(text.getAttribute("font-size"));
            double wide = Lettering.width(text.getTextContent(), size);
            double from = text.getAttribute("text-anchor").equals("end")
                    ? x - wide
                    : text.getAttribute("text-anchor").equals("middle") ? x - wide / 2 : x;
            assertThat(from).as(text.getTextContent()).isGreaterThanOrEqualTo(0);
            assertThat(from + wide).as(text.getTextContent()).isLessThanOrEqualTo(width);
        }
    }

    @Test
    void heatMap_missingCell_isRefused() {
        assertThatThrownBy(() -> new HeatMap("t", "s", List.of("r"), List.of("1", "2"), List.of(List.of()), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static Document parse(Picture picture) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(picture.svg().getBytes(StandardCharsets.UTF_8)));
    }

    static List<String> texts(Document svg) {
        NodeList texts = svg.getElementsByTagName("text");
        return IntStream.range(0, texts.getLength())
                .mapToObj(i -> texts.item(i).getTextContent())
                .toList();
    }

    private static String fillOf(NodeList texts, String content) {
        for (int i = 0; i < texts.getLength(); i++) {
            if (texts.item(i).getTextContent().equals(content)) {
                return ((Element) texts.item(i)).getAttribute("fill");
            }
        }
        throw new AssertionError("no text " + content);
    }
}
