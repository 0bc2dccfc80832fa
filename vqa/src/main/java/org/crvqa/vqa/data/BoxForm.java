package org.crvqa.vqa.data;

/** What the four numbers of a box can be. */
enum BoxForm {
    /** What is expected. */
    CORNERS("x1, y1, x2, y2", ""),
    /** As COCO's annotations have them. */
    SIZE("x, y, width, height", "x, y, x + width, y + height"),
    /** As some detectors have them. */
    CENTRE("centre x, centre y, width, height", "x - width / 2, y - height / 2, x + width / 2, y + height / 2"),
    /** As TensorFlow has them. */
    ROWS_FIRST("y1, x1, y2, x2", "x1, y1, x2, y2");

    private final String numbers;
    private final String corners;

    BoxForm(String numbers, String corners) {
        this.numbers = numbers;
        this.corners = corners;
    }

    /**
     * Within what boxes must lie.
     *
     * @param width of the image in the unit of the boxes
     * @param height likewise
     * @param slackX so far may a box reach beyond the image to the left and right
     * @param slackY likewise above and below
     */
    record Frame(float width, float height, float slackX, float slackY) {
        private boolean holds(float x1, float y1, float x2, float y2) {
            return x1 >= -slackX
                    && x1 <= x2
                    && x2 <= width + slackX
                    && y1 >= -slackY
                    && y1 <= y2
                    && y2 <= height + slackY;
        }
    }

    /** The four numbers in words. */
    String numbers() {
        return numbers;
    }

    /** How corners are computed from them, in words. */
    String corners() {
        return corners;
    }

    /** Whether four numbers are a box within the frame when read in this form. */
    boolean fits(float a, float b, float c, float d, Frame frame) {
        return switch (this) {
            case CORNERS -> frame.holds(a, b, c, d);
            case SIZE -> frame.holds(a, b, a + c, b + d);
            case CENTRE -> frame.holds(a - c / 2, b - d / 2, a + c / 2, b + d / 2);
            case ROWS_FIRST -> frame.holds(b, a, d, c);
        };
    }
}
