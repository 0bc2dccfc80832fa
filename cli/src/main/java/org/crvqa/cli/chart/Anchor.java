package org.crvqa.cli.chart;

/** Which part of a text stands at the given place. */
enum Anchor {
    START("start"),
    MIDDLE("middle"),
    END("end");

    private final String svg;

    Anchor(String svg) {
        this.svg = svg;
    }

    String svg() {
        return svg;
    }
}
