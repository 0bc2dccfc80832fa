package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.task.v1.TaskSpec;
import org.junit.jupiter.api.Test;

class SpecPackerTest {
    private static final List<PlanTask> TASKS =
            Samples.plan(Samples.experiment()).tasks();

    @Test
    void spec_ofEveryTask_isWhatWasPacked() {
        try (SpecPacker packer = new SpecPacker()) {
            List<BoardTask> packed =
                    TASKS.stream().map(task -> BoardTask.of(task, packer)).toList();

            for (int i = 0; i < packed.size(); i++) {
                assertThat(packed.get(i).spec()).isEqualTo(TASKS.get(i).spec());
                assertThat(packed.get(i).spec()).isEqualTo(TASKS.get(i).spec());
            }
        }
    }

    @Test
    void pack_specsOfOnePlan_takeAboutAHundredBytes() {
        List<Integer> sizes = new ArrayList<>();
        try (SpecPacker packer = new SpecPacker()) {
            TASKS.forEach(
                    task -> sizes.add(packer.pack(task.kind(), task.spec()).content().length));
        }

        assertThat(sizes.stream().mapToInt(size -> size).average().orElseThrow())
                .isLessThan(150);
    }

    @Test
    void pack_emptySpec_comesBack() {
        try (SpecPacker packer = new SpecPacker()) {
            TaskSpec empty = TaskSpec.getDefaultInstance();

            assertThat(packer.pack(TaskKind.TASK_KIND_TRAIN, empty).spec()).isEqualTo(empty);
            assertThat(packer.pack(TaskKind.TASK_KIND_TRAIN, TASKS.get(0).spec())
                            .spec())
                    .isEqualTo(TASKS.get(0).spec());
        }
    }
}
