package org.crvqa.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.train.TaskSpecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortTasksTest {
    private final ShortTasks tasks =
            new ShortTasks(new ArtifactKey("a".repeat(64)), new ArtifactKey("b".repeat(64)), 3);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 200, 51_200})
    void specs_anyNumberOfSteps_areValid(int steps) {
        assertThatCode(() -> TaskSpecs.validate(tasks.train(steps, "x").getTrain()))
                .doesNotThrowAnyException();
        assertThatCode(() -> TaskSpecs.validate(
                        tasks.prune(new ArtifactKey("c".repeat(64)), steps, "x").getPrune()))
                .doesNotThrowAnyException();
    }

    @Test
    void replica_decidesTheKeyAndNothingElse() {
        TaskSpec first = tasks.train(200, "one");
        TaskSpec second = tasks.train(200, "two");

        assertThat(ArtifactKey.of(first)).isNotEqualTo(ArtifactKey.of(second));
        assertThat(first.getTrain()).isEqualTo(second.getTrain());
    }
}
