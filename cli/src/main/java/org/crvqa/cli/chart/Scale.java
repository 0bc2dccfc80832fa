package org.crvqa.cli.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * An axis that begins and ends at round numbers.
 *
 * @param low at the beginning
 * @param high at the end, above {@code low}
 * @param step between two ticks
 */
record Scale(BigDecimal low, BigDecimal high, BigDecimal step) {
    private static final int TICKS = 5;

    /** Over all values; from 0 to 1 where there are none. */
    static Scale over(DoubleStream values) {
        DoubleSummaryStatistics found = values.filter(Double::isFinite).summaryStatistics();
        if (found.getCount() == 0) {
            return over(0, 1);
        }
        double width = found.getMax() - found.getMin();
        if (width <= Math.abs(found.getMax()) * 1e-9) {
            // All the same: in the middle.
            double room = found.getMax() == 0 ? 1 : Math.abs(found.getMax()) / 10;
            return over(found.getMin() - room, found.getMax() + room);
        }
        return over(found.getMin(), found.getMax());
    }

    private static Scale over(double least, double most) {
        BigDecimal step = roundStep((most - least) / TICKS);
        BigDecimal low = multiple(least, step, RoundingMode.FLOOR);
        BigDecimal high = multiple(most, step, RoundingMode.CEILING);
        return new Scale(low, high, step);
    }

    /** The smallest of 1, 2 and 5 times a power of ten that is no smaller. */
    private static BigDecimal roundStep(double least) {
        int power = (int) Math.floor(Math.log10(least));
        for (int digit : new int[] {1, 2, 5, 10}) {
            BigDecimal step = BigDecimal.valueOf(digit).scaleByPowerOfTen(power);
            if (step.doubleValue() >= least * (1 - 1e-9)) {
                return step.stripTrailingZeros();
            }
        }
        return BigDecimal.ONE.scaleByPowerOfTen(power + 1);
    }

    private static BigDecimal multiple(double value, BigDecimal step, RoundingMode rounding) {
        // Seven digits: what floating point adds beyond them would cost a whole step.
        BigDecimal steps =
                new BigDecimal(value).divide(step, new MathContext(17)).round(new MathContext(9));
        return steps.setScale(0, rounding).multiply(step);
    }

    /** Where a value lies between the ends, from 0 to 1. */
    double place(double value) {
        return (value - low.doubleValue()) / (high.doubleValue() - low.doubleValue());
    }

    /** The numbers to write beside the axis, its ends included. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (BigDecimal tick = low; tick.compareTo(high) <= 0; tick = tick.add(step)) {
            ticks.add(tick.doubleValue());
        }
        return ticks;
    }

    /** A tick as text, with as many digits as tell ticks apart. */
    String text(double tick) {
        BigDecimal exact = BigDecimal.valueOf(tick).setScale(Math.max(0, step.scale()), RoundingMode.HALF_EVEN);
        String plain = exact.toPlainString();
        if (exact.abs().compareTo(BigDecimal.valueOf(10_000)) >= 0) {
            return String.format(Locale.ROOT, "%,d", exact.toBigInteger());
        }
        return plain.length() > 7 ? String.valueOf((float) tick).replace("E", "e") : plain;
    }
}
