package org.crvqa.vqa.train;

import java.nio.ByteBuffer;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.vqa.optim.StateFields;

/** One measure over the steps of a training, with a number of points that does not grow with it. Not thread-safe. */
final class Curve {
    private final String name;
    private final CurvePoints points;
    /** Steps between two that {@link #points} counts. */
    private final int every;

    private final int steps;
    /** Double precision, by place; NaN where nothing was measured. */
    private final byte[] values;

    private double sum;
    private int count;

    /** A measure of every step. */
    Curve(String name, int steps, int most) {
        this(name, steps, 1, most);
    }

    /** A measure of every so many steps and of the last. */
    Curve(String name, int steps, int every, int most) {
        this.name = name;
        this.steps = steps;
        this.every = every;
        this.points = CurvePoints.of(CurvePoints.ceilDiv(steps, every), most);
        this.values = new byte[points.count() * Double.BYTES];
        for (int place = 0; place < points.count(); place++) {
            set(place, Double.NaN);
        }
    }

    /** Whether a value after so many steps would be a point. */
    boolean contains(int stepsDone) {
        return (stepsDone % every == 0 || stepsDone == steps) && points.contains(ordinal(stepsDone));
    }

    /** The value after so many steps, kept where it is a point. */
    void at(int stepsDone, double value) {
        if (contains(stepsDone)) {
            set(points.place(ordinal(stepsDone)), value);
        }
    }

    /** A value of every step: points get the mean since the point before. */
    void add(int stepsDone, double value) {
        sum += value;
        count++;
        if (contains(stepsDone)) {
            at(stepsDone, sum / count);
            sum = 0;
            count = 0;
        }
    }

    void state(StateFields fields) {
        fields.bytes("history:" + name, values);
        sum = fields.real("history:" + name + ":sum", sum);
        count = (int) fields.number("history:" + name + ":count", count);
    }

    /** What was measured so far. */
    MetricSeries series() {
        MetricSeries.Builder series = MetricSeries.newBuilder().setName(name);
        for (int place = 0; place < points.count(); place++) {
            double value = ByteBuffer.wrap(values).getDouble(place * Double.BYTES);
            if (!Double.isNaN(value)) {
                series.addStep((int) Math.min(steps, (long) points.step(place) * every))
                        .addValue(value);
            }
        }
        return series.build();
    }

    private int ordinal(int stepsDone) {
        return CurvePoints.ceilDiv(stepsDone, every);
    }

    private void set(int place, double value) {
        ByteBuffer.wrap(values).putDouble(place * Double.BYTES, value);
    }
}
