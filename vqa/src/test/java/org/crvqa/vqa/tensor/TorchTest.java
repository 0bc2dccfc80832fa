package org.crvqa.vqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Optional;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.tensor.Torch.GradientMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchTest {
    private final Torch torch = TestDevice.torch();
    private final NDManager owner = torch.newManager();

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void start_again_returnsTheSameOrRefusesOtherSettings() {
        assertThat(Torch.start(TestDevice.NAME, 1)).isSameAs(torch);
        assertThatThrownBy(() -> Torch.start(TestDevice.NAME, 2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void start_wrongDevice_saysWhatIsExpected() {
        assertThatThrownBy(() -> Torch.start("cuda", 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Device \"cuda\": expected cpu or gpu:0");
        assertThatThrownBy(() -> Torch.start("gpu:999", 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("expected cpu or gpu:0");
        assertThatThrownBy(() -> Torch.start("cpu", 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("at least 1");
    }

    @Test
    void scalar_madeInsideScope_outlivesIt() {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            torch.scalar(123.5f);
        }

        assertThat(torch.transfer().floats(torch.scalar(123.5f))).containsExactly(123.5f);
    }

    @Test
    void floats_sourceChangedLater_keepsItsValues() {
        float[] values = {1f, 2f, 3f, 4f};
        NDArray tensor = torch.floats(owner, values, 2, 2);
        values[0] = 9f;

        assertThat(torch.transfer().floats(tensor)).containsExactly(1f, 2f, 3f, 4f);
    }

    @Test
    void gradient_usedAndUnusedLeaf_isValueOrEmpty() {
        NDArray used = torch.leaf(torch.floats(owner, new float[] {3f}, 1), owner);
        NDArray unused = torch.leaf(torch.floats(owner, new float[] {3f}, 1), owner);
        try (GradientMode on = torch.gradients(true)) {
            torch.backward(used.mul(used).sum());
        }

        assertThat(torch.gradient(used, owner).map(torch.transfer()::floats)).contains(new float[] {6f});
        assertThat(torch.gradient(unused, owner)).isEqualTo(Optional.empty());
    }

    @Test
    void gradients_nestedModes_areRestored() {
        JniUtils.setGradMode(false);
        try (GradientMode on = torch.gradients(true)) {
            try (GradientMode off = torch.gradients(false)) {
                assertThat(JniUtils.isGradMode()).isFalse();
            }
            assertThat(JniUtils.isGradMode()).isTrue();
        }
        assertThat(JniUtils.isGradMode()).isFalse();
    }

    @Test
    void within_scope_closesAllButTheResult() {
        NDArray[] inner = new NDArray[1];
        NDArray one = torch.floats(owner, new float[] {1f}, 1);
        try (NDManager results = torch.newManager()) {
            NDArray two = Scopes.within(results, () -> {
                inner[0] = one.add(torch.scalar(0f));
                return inner[0].add(one);
            });

            assertThat(inner[0].isReleased()).isTrue();
            assertThat(torch.transfer().floats(two)).containsExactly(2f);
            assertThat(two.getManager()).isSameAs(results);
        }
    }
}
