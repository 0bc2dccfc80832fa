package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.mask.Masked;
import org.crvqa.vqa.mask.SparsityRamp;
import org.crvqa.vqa.optim.FieldReader;
import org.crvqa.vqa.optim.Moves;
import org.crvqa.vqa.optim.StateFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When masks are drawn and settled, on masks that only count. */
class MaskTraineeTest {
    private final NDManager manager = TestDevice.torch().newManager();
    private final ModelTensors tensors = new ModelTensors(TestDevice.torch(), manager);
    private final Counting masks = new Counting();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void stepDone_everySecondStep_settlesThen() {
        MaskTrainee trainee = trainee(SparsityRamp.CONSTANT);
        for (int step = 0; step < 5; step++) {
            trainee.stepBegins(step);
            trainee.stepDone(step + 1);
        }
        assertThat(masks.settled).containsExactly(2, 4);
        assertThat(masks.begun).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void settle_whenThresholdsWereJustSet_doesItOnce() {
        MaskTrainee trainee = trainee(SparsityRamp.CONSTANT);
        trainee.stepBegins(1);
        trainee.stepDone(2);
        // An evaluation at this step, then the last state that is saved.
        trainee.settle();
        trainee.settle();
        assertThat(masks.settled).containsExactly(2);
    }

    @Test
    void settle_betweenThresholdSteps_doesItOnceForEachStep() {
        MaskTrainee trainee = trainee(SparsityRamp.CONSTANT);
        trainee.stepBegins(0);
        trainee.stepDone(1);
        trainee.settle();
        trainee.settle();
        trainee.stepBegins(1);
        trainee.stepDone(2);
        trainee.settle();
        trainee.stepBegins(2);
        trainee.stepDone(3);
        trainee.settle();
        assertThat(masks.settled).containsExactly(1, 2, 3);
    }

    @Test
    void settle_afterAStateWasRestored_doesItAnew() {
        MaskTrainee trainee = trainee(SparsityRamp.CONSTANT);
        trainee.stepBegins(1);
        trainee.stepDone(2);
        trainee.state(new Restored(2));
        trainee.settle();
        assertThat(masks.settled).containsExactly(2, 2);
        trainee.state(new Restored(7));
        trainee.settle();
        assertThat(masks.settled).containsExactly(2, 2, 7);
    }

    @Test
    void selectable_risingSparsity_isSoFromTheStepThatReachesIt() {
        SparsityRamp ramp = new SparsityRamp(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL, 0.1, 0, 3, 0);
        MaskTrainee trainee = trainee(ramp);
        List<Boolean> selectable = new ArrayList<>();
        for (int step = 0; step < 4; step++) {
            trainee.stepBegins(step);
            trainee.stepDone(step + 1);
            selectable.add(trainee.selectable());
        }
        assertThat(selectable).containsExactly(false, false, true, true);
    }

    private MaskTrainee trainee(SparsityRamp ramp) {
        return new MaskTrainee(tensors, List.of(masks), List.of(), ramp, 2, (mask, weights) -> {});
    }

    /** Masks over nothing. */
    private static final class Counting implements Masked {
        final List<Integer> settled = new ArrayList<>();
        final List<Integer> begun = new ArrayList<>();

        @Override
        public void settle(int stepsDone) {
            settled.add(stepsDone);
        }

        @Override
        public void stepBegins(int step) {
            begun.add(step);
        }

        @Override
        public Map<String, byte[]> kept() {
            return Map.of();
        }

        @Override
        public long[] keptCounts() {
            return new long[0];
        }

        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public List<NDArray> tensors() {
            return List.of();
        }

        @Override
        public void collect(Map<String, NDArray> gradients, Moves moves) {}

        @Override
        public void moved() {}

        @Override
        public void state(StateFields fields) {}
    }

    /** A state of so many steps. */
    private static final class Restored extends FieldReader {
        private final long steps;

        Restored(long steps) {
            this.steps = steps;
        }

        @Override
        public long number(String name, long value) {
            return name.equals("masks:steps") ? steps : value;
        }

        @Override
        public boolean restores() {
            return true;
        }
    }
}
