package org.crvqa.vqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crvqa.vqa.TestDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method of {@code operators.py} by numbers that can be checked by hand. */
class TensorOpsTest {
    private static final float[] FIVE = {3, 1, 2, 1, -1};

    private final Torch torch = TestDevice.torch();
    private final TensorOps ops = torch.ops();
    private final NDManager manager = torch.newManager();
    private final Map<String, Runnable> checks = new TreeMap<>();

    TensorOpsTest() {
        checks.put("copy_all", this::copyAll);
        checks.put("room", this::roomAndPiece);
        checks.put("piece", this::roomAndPiece);
        checks.put("measures", () -> assertValues(ops.pair(scalar(3), scalar(4), manager), 3, 4));
        checks.put(
                "global_norm",
                () -> assertValues(ops.norm(List.of(floats(3, 0), floats(4), floats(0, 12)), manager), 13));
        checks.put("adam", this::adam);
        checks.put("multiply", this::multiply);
        checks.put("zero_at_limits", this::zeroAtLimits);
        checks.put("clamp", this::clamp);
        checks.put("above", this::above);
        checks.put("keep_above", this::keepAbove);
        checks.put("set_above", this::setAbove);
        checks.put("keep", this::keep);
        checks.put("keep_one", this::keepLarge);
        checks.put("keep_one_above", this::keepLarge);
        checks.put("cut_by_sorting", this::cutBySorting);
        checks.put("places_after", this::placesAfter);
        checks.put("keep_greatest_of_groups", this::keepGreatestOfGroups);
        checks.put("mix", this::draw);
        checks.put("draw", this::draw);
        checks.put("best", this::best);
        checks.put("top", this::top);
        checks.put("rows", this::rows);
        checks.put("scatter_rows", this::scatterRows);
        checks.put("linear_bfloat16", this::linearBfloat16);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<String> methods() throws IOException {
        try (InputStream code = TensorOps.class.getResourceAsStream("operators.py")) {
            String text = new String(code.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("^  def (\\w+)\\(", Pattern.MULTILINE)
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void run_everyMethodOfTheProgram_computesWhatItSays(String method) {
        assertThat(checks).as("a check of each method of operators.py").containsKey(method);
        long waits = torch.transfer().waits();
        checks.get(method).run();
        // Reading results waits; that is all.
        assertThat(torch.transfer().waits() - waits).isEqualTo(reads);
    }

    @Test
    void checks_areOfMethodsThatAreThere() throws IOException {
        assertThat(checks.keySet())
                .containsExactlyInAnyOrderElementsOf(methods().toList());
    }

    @Test
    void adam_normOrLossThatIsNoNumber_changesNothing() {
        for (float[] broken : new float[][] {{Float.NaN, 1}, {1, Float.POSITIVE_INFINITY}}) {
            for (double factor : new double[] {1, 0.5}) {
                NDArray value = floats(1, 2);
                NDArray mean = floats(0, 0);
                TensorOps.Adam step = new TensorOps.Adam(1, 1, 0.1, 0.9, 0.999, 1e-8, 0.1, true, factor);
                adam(step, value, floats(5, 5), mean, floats(0, 0), broken[0], broken[1]);
                assertValues(value, 1, 2);
                assertValues(mean, 0, 0);
            }
        }
    }

    private int reads;

    private void copyAll() {
        NDArray target = manager.zeros(new Shape(2));
        NDArray other = manager.zeros(new Shape(1), DataType.INT64);
        torch.transfer()
                .copy(List.of(target, other), List.of(floats(1, 2), torch.integers(manager, new long[] {7}, 1)));
        assertValues(target, 1, 2);
        reads++;
        assertThat(torch.transfer().longs(other)).containsExactly(7);
    }

    private void roomAndPiece() {
        NDArray block = ops.room(12, DataType.FLOAT32, manager);
        assertThat(block.getShape()).isEqualTo(new Shape(12));
        NDArray piece = ops.piece(block, 4, new Shape(2, 3), manager);
        assertThat(piece.getShape()).isEqualTo(new Shape(2, 3));
        for (int i = 0; i < 12; i++) {
            HostMemory.of(block).asFloatBuffer().put(i, i);
        }
        assertThat(HostMemory.of(piece).asFloatBuffer().get(5)).isEqualTo(9);
    }

    /** g / (‖g‖ + 1e-6) has norm 1; a first step of Adam moves by rate · g / (|g| + ε), decay before or factor after. */
    private void adam() {
        NDArray value = floats(1, -2);
        NDArray mean = floats(0, 0);
        NDArray square = floats(0, 0);
        adam(new TensorOps.Adam(1, 1, 0.1, 0.9, 0.999, 0, 0.5, true, 1), value, floats(3, 4), mean, square, 5, 1);
        assertClose(value, 0.95f - 0.1f, -1.9f - 0.1f);
        assertClose(mean, 0.06f, 0.08f);
        assertClose(square, 0.00036f, 0.00064f);
        NDArray other = floats(1, -2);
        adam(
                new TensorOps.Adam(1, 0, 0.1, 0.9, 0.999, 0, 0, false, 0.5),
                other,
                floats(3, -4),
                floats(0, 0),
                floats(0, 0),
                5,
                1);
        assertClose(other, 0.45f, -0.95f);
    }

    private void adam(
            TensorOps.Adam step,
            NDArray value,
            NDArray gradient,
            NDArray mean,
            NDArray square,
            float norm,
            float loss) {
        ops.adam(
                step,
                List.of(value),
                List.of(gradient),
                List.of(mean),
                List.of(square),
                manager.zeros(new Shape()),
                scalar(norm),
                scalar(loss));
    }

    private void multiply() {
        NDArray first = floats(1, 2);
        NDArray second = floats(3);
        ops.multiply(List.of(first, second), List.of(floats(4, -5), floats(0.5f)));
        assertValues(first, 4, -10);
        assertValues(second, 1.5f);
    }

    private void zeroAtLimits() {
        NDArray gradient = floats(1, 2, 3, 4);
        ops.zeroAtLimits(List.of(gradient), List.of(floats(1, -1, 0.99f, -2)));
        assertValues(gradient, 0, 0, 3, 0);
    }

    private void clamp() {
        NDArray values = floats(-3, -0.5f, 1.5f);
        ops.clamp(List.of(values));
        assertValues(values, -1, -0.5f, 1);
    }

    private void above() {
        assertFlags(ops.above(floats(FIVE), scalar(1), nowhere(), manager), 1, 0, 1, 0, 0);
        assertFlags(ops.above(floats(FIVE), scalar(1), flags(0, 0, 0, 1, 1), manager), 1, 0, 1, 1, 0);
    }

    private void keepAbove() {
        NDArray target = floats(9, 9, 9, 9, 9);
        NDArray same = floats(-7, 8);
        ops.keepAbove(
                List.of(target, same),
                List.of(floats(-1, -2, 3, -4, -5), same),
                List.of(floats(FIVE), floats(0, 1)),
                List.of(scalar(1), scalar(0)),
                List.of(flags(0, 0, 0, 1, 1), nowhere()));
        assertValues(target, -1, 0, 3, -4, 0);
        assertValues(same, 0, 8);
    }

    private void setAbove() {
        NDArray kept = flags(1, 1, 1, 1, 1);
        ops.setAbove(List.of(kept), List.of(floats(FIVE)), List.of(scalar(1)), List.of(flags(0, 0, 0, 1, 1)));
        assertFlags(kept, 1, 0, 1, 1, 0);
    }

    private void keep() {
        NDArray target = floats(-1, -2, -3);
        ops.keep(List.of(target), List.of(target), List.of(flags(0, 1, 0)));
        // +0, not -0.
        assertValues(target, 0, -2, 0);
    }

    /** More values than are taken through several operators at once, and not a multiple of that. */
    private void keepLarge() {
        int n = 2 * (1 << 15) + 77;
        float[] values = new float[n];
        float[] sources = new float[n];
        float[] above = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = i % 7 - 3;
            sources[i] = i % 11 - 5.5f;
            above[i] = values[i] > 1 ? sources[i] : 0;
        }
        NDArray target = torch.floats(manager, new float[n], n);
        NDArray source = torch.floats(manager, sources, n);
        ops.keepAbove(
                List.of(target),
                List.of(source),
                List.of(torch.floats(manager, values, n)),
                List.of(scalar(1)),
                List.of(nowhere()));
        assertValues(target, above);
        NDArray kept = ops.above(torch.floats(manager, values, n), scalar(1), nowhere(), manager);
        ops.keep(List.of(source), List.of(source), List.of(kept));
        assertValues(source, above);
    }

    private void cutBySorting() {
        NDArray cut = scalar(0);
        NDArray last = torch.integers(manager, new long[] {0});
        NDArray after = flags(0, 0, 0, 0, 0);
        ops.cutBySorting(floats(FIVE), 2, cut, last, after);
        assertValues(cut, 1);
        assertLong(last, 1);
        assertFlags(after, 0, 0, 1, 1, 1);
        ops.cutBySorting(floats(FIVE), 3, cut, last, after);
        assertValues(cut, 1);
        assertLong(last, Integer.MAX_VALUE);
        ops.cutBySorting(floats(FIVE), 0, cut, last, after);
        assertValues(cut, Float.NEGATIVE_INFINITY);
        assertLong(last, -1);
        ops.cutBySorting(floats(FIVE), 5, cut, last, after);
        assertValues(cut, 3);
        assertLong(last, Integer.MAX_VALUE);
    }

    private void placesAfter() {
        NDArray after = flags(1, 1, 1, 1);
        ops.placesAfter(after, 1);
        assertFlags(after, 0, 0, 1, 1);
        ops.placesAfter(after, -1);
        assertFlags(after, 1, 1, 1, 1);
    }

    private void keepGreatestOfGroups() {
        NDArray kept = flags(0, 0, 0, 0, 0, 0, 0, 0);
        ops.keepGreatestOfGroups(kept, floats(1, 2, 3, 4, 0, -0f, 0, -1), 2, 4);
        assertFlags(kept, 0, 0, 1, 1, 0, 1, 1, 0);
    }

    /** The first numbers of SplitMix64 from 0 are published: e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f. */
    private void draw() {
        // Place i draws the number after i steps of the sequence from its start.
        double[] uniform = {0x1.c4415072f63b9p-1, 0x1.b9e279aa86e58p-2, 0x1.b117462002500p-6};
        for (int place = 0; place < uniform.length; place++) {
            float logit = (float) Math.log(uniform[place] / (1 - uniform[place]));
            NDArray kept = flags(0, 0, 0);
            NDArray values = floats(logit + 0.01f, logit + 0.01f, logit + 0.01f);
            ops.draw(kept, values, 0);
            assertThat(read(kept)[place]).as("place %d", place).isEqualTo((byte) 1);
            ops.draw(kept, floats(logit - 0.01f, logit - 0.01f, logit - 0.01f), 0);
            assertThat(read(kept)[place]).as("place %d", place).isZero();
        }
    }

    private void best() {
        NDArray answers = torch.integers(manager, new long[5], 5);
        NDArray logits = torch.floats(
                manager, new float[] {1, 3, 3, Float.NaN, 0, 0, -1, -2, -0.5f, Float.NaN, Float.NaN, Float.NaN}, 4, 3);
        ops.best(answers, logits, 1, 3);
        reads++;
        long[] found = torch.transfer().longs(answers);
        assertThat(found).startsWith(0, 1).endsWith(1);
        assertThat(found[3]).isEqualTo(2);
    }

    private void top() {
        float inf = Float.POSITIVE_INFINITY;
        NDArray answers = torch.integers(manager, new long[4 * 2 + 1], 9);
        NDArray chances = torch.floats(manager, new float[4 * 2], 8);
        float[] logits = {0, 0, -0f, -inf, inf, -inf, -inf, -inf, -inf, Float.NaN, 0, 0, 9, 9, 9};
        ops.top(answers, chances, torch.floats(manager, logits, 5, 3), 1, 3, 2, true);
        reads += 2;
        // Equal ones by place, 0 as -0, and infinite ones too; the row of the NaN is not among the first three.
        assertThat(torch.transfer().longs(answers)).containsExactly(0, 0, 0, 1, 1, 0, 0, 1, 0);
        float[] found = torch.transfer().floats(chances);
        assertThat(found[2]).isEqualTo(1f / 3, within(1e-7f));
        assertThat(found[4]).isEqualTo(1);
        assertThat(found[5]).isZero();
        assertThat(found[6]).isEqualTo(1f / 3, within(1e-7f));
        ops.top(answers, chances, torch.floats(manager, logits, 5, 3), 0, 4, 2, false);
        reads += 2;
        assertThat(torch.transfer().longs(answers)).endsWith(1);
        assertThat(torch.transfer().floats(chances)).startsWith(0.5f, 0.5f, 1, 0, 0, 0);
    }

    private void rows() {
        NDArray target = torch.floats(manager, new float[4], 2, 2);
        NDArray table = torch.floats(manager, new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        ops.rows(target, table, torch.integers(manager, new long[] {2, 0}, 2));
        assertValues(target, 5, 6, 1, 2);
    }

    private void scatterRows() {
        NDArray target = torch.floats(manager, new float[] {9, 9, 9, 9, 9, 9}, 2, 3);
        NDArray places = torch.integers(manager, new long[] {2, 0, 1, 1}, 2, 2);
        ops.scatterRows(target, places, torch.floats(manager, new float[] {0.5f, 0.25f, 0.125f, 1}, 2, 2));
        assertValues(target, 0.25f, 0, 0.5f, 0, 1.125f, 0);
    }

    private void linearBfloat16() {
        NDArray x = torch.floats(manager, new float[] {1.001f, 2}, 1, 2);
        NDArray weight = torch.floats(manager, new float[] {3, 4}, 1, 2);
        assertValues(ops.linearBfloat16(x, weight, floats(0.5f)), 11.5f);
    }

    private void assertValues(NDArray tensor, float... expected) {
        reads++;
        assertThat(torch.transfer().floats(tensor)).containsExactly(expected);
    }

    private void assertClose(NDArray tensor, float... expected) {
        reads++;
        assertThat(torch.transfer().floats(tensor)).containsExactly(expected, within(1e-6f));
    }

    private void assertFlags(NDArray tensor, int... expected) {
        assertThat(read(tensor)).containsExactly(expected);
    }

    private void assertLong(NDArray tensor, long expected) {
        reads++;
        assertThat(torch.transfer().longs(tensor)).containsExactly(expected);
    }

    private byte[] read(NDArray flags) {
        reads++;
        return torch.transfer().flags(flags);
    }

    private NDArray floats(float... values) {
        return torch.floats(manager, values, values.length);
    }

    private NDArray scalar(float value) {
        return torch.floats(manager, new float[] {value});
    }

    private NDArray flags(int... values) {
        NDArray flags = manager.zeros(new Shape(values.length), DataType.BOOLEAN);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        torch.transfer().set(flags, bytes);
        return flags;
    }

    private NDArray nowhere() {
        return manager.zeros(new Shape(0), DataType.BOOLEAN);
    }
}
