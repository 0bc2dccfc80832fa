package org.crvqa.vqa.tensorfile;

/** IEEE 754 half precision. Java has the conversions built in from version 20 on only. */
public final class Float16 {
    /** The largest finite value; what rounds to more becomes infinite. */
    public static final float MAX_VALUE = 65504;

    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7c00;
    private static final int QUIET_NAN = 0x7e00;
    /** Bits of the single 65520, halfway between the largest half and what would follow. */
    private static final int OVERFLOW = 0x477ff000;
    /** Bits of the single 2^-14, the smallest normal half. */
    private static final int MIN_NORMAL = 0x38800000;
    /** What the exponents of a single and of the equal half differ by, in place. */
    private static final int REBIAS = (127 - 15) << 23;
    /** Fraction bits of a single that a half has no room for. */
    private static final int DROPPED_BITS = 13;

    private Float16() {}

    /** The nearest half, of two equally near ones the even one; infinite from 65520 on. */
    public static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & SIGN;
        int magnitude = bits & 0x7fffffff;
        return (short) (sign | magnitude(magnitude));
    }

    private static int magnitude(int single) {
        if (single >= OVERFLOW) {
            return single > 0x7f800000 ? QUIET_NAN : INFINITY;
        }
        if (single < MIN_NORMAL) {
            // Subnormal halves are multiples of 2^-24; scaling by a power of two is exact and rint rounds to even.
            return (int) Math.rint(Float.intBitsToFloat(single) * 0x1p24f);
        }
        int halfOfDropped = (1 << (DROPPED_BITS - 1)) - 1;
        int odd = single >>> DROPPED_BITS & 1;
        return (single - REBIAS + halfOfDropped + odd) >>> DROPPED_BITS;
    }

    /** The single of the same value. */
    public static float toFloat(short bits) {
        int sign = (bits & SIGN) << 16;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float subnormal = fraction * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int single = exponent == 0x1f ? 0x7f800000 : (exponent + 127 - 15) << 23;
        return Float.intBitsToFloat(sign | single | fraction << DROPPED_BITS);
    }
}
