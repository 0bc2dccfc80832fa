package org.crvqa.vqa.train;

/**
 * Which of {@code total} steps, counted from 1, are points of a curve: the first, the last, and between them steps of one
 * distance, so few that a curve has at most as many points as were asked for.
 */
record CurvePoints(int total, int distance) {
    /** @param most points, at least 2 */
    static CurvePoints of(int total, int most) {
        if (total < 1 || most < 2) {
            throw new IllegalArgumentException(total + " steps, " + most + " points");
        }
        return new CurvePoints(total, Math.max(1, ceilDiv(total - 1, most - 1)));
    }

    int count() {
        return place(total) + 1;
    }

    boolean contains(int step) {
        return step == total || (step - 1) % distance == 0;
    }

    /** The place of a point, from 0. */
    int place(int step) {
        return ceilDiv(step - 1, distance);
    }

    /** The step of a point. */
    int step(int place) {
        return Math.min(total, 1 + Math.multiplyExact(place, distance));
    }

    /** The quotient of two numbers that are not negative, rounded up. */
    static int ceilDiv(int dividend, int divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }
}
