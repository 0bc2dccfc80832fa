package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.vqa.optim.FieldReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurveTest {
    @ParameterizedTest
    @CsvSource({"1, 2", "2, 2", "3, 2", "7, 3", "12, 2000", "1999, 2000", "2000, 2000", "2001, 2000", "100000, 2000"})
    void points_ofAnyNumberOfSteps_areFewAndHoldBothEnds(int steps, int most) {
        CurvePoints points = CurvePoints.of(steps, most);
        List<Integer> found =
                IntStream.rangeClosed(1, steps).filter(points::contains).boxed().toList();
        assertThat(found)
                .hasSize(points.count())
                .hasSizeLessThanOrEqualTo(most)
                .startsWith(1)
                .endsWith(steps);
        for (int place = 0; place < found.size(); place++) {
            assertThat(points.step(place)).isEqualTo(found.get(place));
            assertThat(points.place(found.get(place))).isEqualTo(place);
        }
        if (steps <= most) {
            assertThat(found).hasSize(steps);
        }
    }

    @Test
    void add_moreStepsThanPoints_keepsMeansOfWhatLiesBetween() {
        Curve curve = new Curve("loss", 10, 4);
        IntStream.rangeClosed(1, 10).forEach(step -> curve.add(step, step));
        MetricSeries series = curve.series();
        // 1; 2, 3, 4; 5, 6, 7; 8, 9, 10
        assertThat(series.getStepList()).containsExactly(1, 4, 7, 10);
        assertThat(series.getValueList()).containsExactly(1.0, 3.0, 6.0, 9.0);
        assertThat(series.getName()).isEqualTo("loss");
    }

    @Test
    void at_everySomeSteps_keepsThoseAndTheLast() {
        Curve curve = new Curve("accuracy/val/all", 10, 4, 2000);
        IntStream.rangeClosed(1, 10).forEach(step -> curve.at(step, step / 10.0));
        assertThat(curve.series().getStepList()).containsExactly(4, 8, 10);
        assertThat(curve.series().getValueList()).containsExactly(0.4, 0.8, 1.0);
    }

    @Test
    void at_lastStepIsOneOfThoseAnyway_keepsItOnce() {
        Curve curve = new Curve("accuracy/val/all", 8, 4, 2000);
        IntStream.rangeClosed(1, 8).forEach(step -> curve.at(step, step));
        assertThat(curve.series().getStepList()).containsExactly(4, 8);
    }

    @Test
    void at_manyEvaluations_keepsAsManyAsAskedFor() {
        Curve curve = new Curve("accuracy/val/all", 1001, 10, 11);
        IntStream.rangeClosed(1, 1001).forEach(step -> curve.at(step, step));
        assertThat(curve.series().getStepCount()).isLessThanOrEqualTo(11);
        assertThat(curve.series().getStepList()).startsWith(10).endsWith(1001).isSorted();
    }

    @Test
    void series_notMeasured_hasNoPoint() {
        Curve curve = new Curve("accuracy/val/all", 9, 3, 2000);
        curve.at(9, 0.5);
        assertThat(curve.series().getStepList()).containsExactly(9);
    }

    /** A training that is resumed between two points has seen a part of what the next is the mean of. */
    @Test
    void state_betweenTwoPoints_goesOnAsIfNothingHadHappened() {
        Curve whole = new Curve("loss", 10, 4);
        Curve first = new Curve("loss", 10, 4);
        IntStream.rangeClosed(1, 10).forEach(step -> whole.add(step, 1.0 / step));
        IntStream.rangeClosed(1, 5).forEach(step -> first.add(step, 1.0 / step));
        Saved saved = new Saved();
        first.state(saved);
        Curve second = new Curve("loss", 10, 4);
        saved.restores = true;
        second.state(saved);
        IntStream.rangeClosed(6, 10).forEach(step -> second.add(step, 1.0 / step));
        assertThat(second.series()).isEqualTo(whole.series());
    }

    @Test
    void answers_areWhatTheOtherPartsLeave() {
        StepMeasures measures = StepMeasures.of(
                new float[] {3f, 1f, 0.5f, 0.25f}, new LinkedHashSet<>(List.of("entropy", "distillation")));
        assertThat(measures.answers()).isCloseTo(2.25, within(1e-12));
        assertThat(new ArrayList<>(measures.parts().keySet())).containsExactly("entropy", "distillation");
    }

    /** Fields in memory. */
    private static final class Saved extends FieldReader {
        private final Map<String, byte[]> arrays = new HashMap<>();
        private final Map<String, Double> reals = new HashMap<>();
        private final Map<String, Long> numbers = new HashMap<>();
        private boolean restores;

        @Override
        public void bytes(String name, byte[] values) {
            if (restores) {
                System.arraycopy(arrays.get(name), 0, values, 0, values.length);
            } else {
                arrays.put(name, values.clone());
            }
        }

        @Override
        public long number(String name, long value) {
            numbers.putIfAbsent(name, value);
            return numbers.get(name);
        }

        @Override
        public double real(String name, double value) {
            reals.putIfAbsent(name, value);
            return reals.get(name);
        }

        @Override
        public boolean restores() {
            return restores;
        }
    }
}
