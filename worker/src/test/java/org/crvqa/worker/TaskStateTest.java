package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskStateTest {
    @ParameterizedTest
    @EnumSource(TaskState.class)
    void canBecome_fromTerminal_nothing(TaskState state) {
        Set<TaskState> reachable = EnumSet.noneOf(TaskState.class);
        EnumSet.allOf(TaskState.class).stream().filter(state::canBecome).forEach(reachable::add);

        assertThat(reachable.isEmpty()).isEqualTo(state.isTerminal());
        assertThat(reachable).doesNotContain(TaskState.RUNNING, state);
    }

    @Test
    void mustStop_committing_isTooLate() {
        assertThat(TaskState.COMMITTING.mustStop()).isFalse();
        assertThat(TaskState.COMMITTING.canBecome(TaskState.CANCELLED)).isFalse();
        assertThat(TaskState.CANCELLING.canBecome(TaskState.COMPLETED)).isFalse();
    }
}
