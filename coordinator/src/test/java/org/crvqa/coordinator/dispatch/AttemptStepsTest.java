package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.coordinator.dispatch.AttemptState.Reached;
import org.crvqa.coordinator.dispatch.AttemptTable.Cell;
import org.crvqa.coordinator.dispatch.AttemptTable.Step;
import org.crvqa.study.attempt.Ending;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskResumed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole table of an attempt's life: every event in every state. */
class AttemptStepsTest {
    private static final Instant NOW = Instant.EPOCH;
    private static final Map<String, AttemptState> STATES = Stream.of(
                    new AttemptState.Reserved(),
                    new AttemptState.Called(3),
                    new AttemptState.Accepted(3, Reached.nothing(NOW)),
                    new AttemptState.Completing(3, Optional.of(Reached.nothing(NOW))),
                    new AttemptState.Over(3))
            .collect(Collectors.toMap(state -> state.getClass().getSimpleName(), state -> state));

    private static final Map<String, AttemptEvent> EVENTS = Stream.of(
                    new AttemptEvent.Found(Manifest.getDefaultInstance()),
                    new AttemptEvent.NotFound(),
                    new AttemptEvent.NotLeading(),
                    new AttemptEvent.Claimed(3),
                    new AttemptEvent.ClaimedTooLate(3, "it leaves"),
                    new AttemptEvent.StoreFailed(new Ending.StoreUnavailable("away")),
                    new AttemptEvent.Joined(3, Optional.empty()),
                    new AttemptEvent.Accepts(3, NOW),
                    new AttemptEvent.Progresses(
                            TaskProgress.newBuilder().setStep(5).build(), NOW),
                    new AttemptEvent.Resumes(TaskResumed.newBuilder().setStep(5).build(), NOW),
                    new AttemptEvent.Saves(5, NOW),
                    new AttemptEvent.SaysCompleted(),
                    new AttemptEvent.SaysFailed(TaskFailure.newBuilder()
                            .setKind(FailureKind.FAILURE_KIND_INTERNAL)
                            .build()),
                    new AttemptEvent.SaysInterrupted("stops"),
                    new AttemptEvent.StreamEnds("w:1", Status.UNAVAILABLE),
                    new AttemptEvent.FallsSilent("w:1", Duration.ofSeconds(50)),
                    new AttemptEvent.Stalls("w:1", Duration.ofSeconds(5_000)),
                    new AttemptEvent.Overtaken("v:1"),
                    new AttemptEvent.Unwanted(),
                    new AttemptEvent.Withdrawn(),
                    new AttemptEvent.Abandoned())
            .collect(Collectors.toMap(event -> event.getClass().getSimpleName(), event -> event));

    /** What each cell leads to: the next state, an ending's words, "-" impossible, "." too late. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Found           | done              | done+stop        | done+stop        | done              | .
                    NotFound        | -                 | .                | .                | refused           | .
                    NotLeading      | released          | -                | -                | -                 | .
                    Claimed         | Called            | -                | -                | -                 | .
                    ClaimedTooLate  | refused           | -                | -                | -                 | .
                    StoreFailed     | store unavailable | .                | .                | store unavailable | .
                    Joined          | Called            | -                | -                | -                 | -
                    Accepts         | -                 | Accepted         | Accepted         | .                 | .
                    Progresses      | -                 | Accepted         | Accepted         | .                 | .
                    Resumes         | -                 | Accepted         | Accepted         | .                 | .
                    Saves           | -                 | Accepted         | Accepted         | .                 | .
                    SaysCompleted   | -                 | Completing       | Completing       | .                 | .
                    SaysFailed      | -                 | failed           | failed           | .                 | .
                    SaysInterrupted | -                 | interrupted      | interrupted      | .                 | .
                    StreamEnds      | -                 | not taken        | lost             | .                 | .
                    FallsSilent     | .                 | not taken        | lost             | .                 | .
                    Stalls          | .                 | .                | stalled+stop     | .                 | .
                    Overtaken       | .                 | .                | interrupted+stop | .                 | .
                    Unwanted        | released          | released+stop    | released+stop    | released+stop     | .
                    Withdrawn       | released          | interrupted+stop | interrupted+stop | .                 | .
                    Abandoned       | released          | released         | released         | released          | .
                    """)
    void step_everyEventInEveryState_isWhatTheTableSays(
            String event, String reserved, String called, String accepted, String completing, String over) {
        assertThat(cell("Reserved", event)).isEqualTo(reserved);
        assertThat(cell("Called", event)).isEqualTo(called);
        assertThat(cell("Accepted", event)).isEqualTo(accepted);
        assertThat(cell("Completing", event)).isEqualTo(completing);
        assertThat(cell("Over", event)).isEqualTo(over);
    }

    @Test
    void table_hasEveryStateAndEventThatThereIs() {
        assertThat(classes(STATES.values())).isEqualTo(Set.of(AttemptState.class.getPermittedSubclasses()));
        assertThat(classes(EVENTS.values())).isEqualTo(Set.of(AttemptEvent.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @CsvSource({
        "RESOURCE_EXHAUSTED,busy,Refused",
        "FAILED_PRECONDITION,x,Refused",
        "INVALID_ARGUMENT,x,Unfit",
        "UNIMPLEMENTED,x,Unfit",
        "PERMISSION_DENIED,x,Unfit",
        "UNAVAILABLE,draining,NotTaken",
        "DEADLINE_EXCEEDED,x,NotTaken",
        "INTERNAL,x,NotTaken"
    })
    void streamEndsBeforeTheTaskWasTaken_statusSaysWhy(Status.Code code, String why, String ending) {
        Step step = AttemptSteps.step(
                STATES.get("Called"),
                new AttemptEvent.StreamEnds("w:1", code.toStatus().withDescription(why)));

        assertThat(ending(step).orElseThrow().getClass().getSimpleName()).isEqualTo(ending);
        assertThat(step.effects().stream().anyMatch(AttemptEffect.Challenge.class::isInstance))
                .isEqualTo(code == Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void joined_whereAnEarlierListenerHadGotTo_goesOnFromThere() {
        Reached before = Reached.nothing(NOW).saved(40, NOW.plusSeconds(9));

        Step step = AttemptSteps.step(STATES.get("Reserved"), new AttemptEvent.Joined(3, Optional.of(before)));

        assertThat(step.next()).isEqualTo(new AttemptState.Accepted(3, before));
    }

    /** Whoever is over has been released exactly once, and released before its end is dealt with. */
    @Test
    void everyWayToItsEnd_releasesOnceAndFirst() {
        for (AttemptState state : STATES.values()) {
            for (AttemptEvent event : EVENTS.values()) {
                if (AttemptSteps.TABLE.cell(state.getClass(), event.getClass()) == Cell.ACTS) {
                    Step step = AttemptSteps.step(state, event);
                    List<AttemptEffect> effects = new ArrayList<>(step.effects());
                    effects.removeIf(AttemptEffect.Challenge.class::isInstance);
                    long releases = effects.stream()
                            .filter(AttemptEffect.Release.class::isInstance)
                            .count();
                    boolean over = step.next() instanceof AttemptState.Over;
                    assertThat(releases).as("%s in %s", event, state).isEqualTo(over ? 1 : 0);
                    assertThat(over && !(effects.get(0) instanceof AttemptEffect.Release))
                            .as("%s in %s", event, state)
                            .isFalse();
                }
            }
        }
    }

    private static Set<Class<?>> classes(Collection<?> objects) {
        return objects.stream().map(Object::getClass).collect(Collectors.toSet());
    }

    private static String cell(String stateName, String eventName) {
        AttemptState state = STATES.get(stateName);
        AttemptEvent event = EVENTS.get(eventName);
        return switch (AttemptSteps.TABLE.cell(state.getClass(), event.getClass())) {
            case IMPOSSIBLE -> {
                assertThatThrownBy(() -> AttemptSteps.step(state, event)).isInstanceOf(IllegalStateException.class);
                yield "-";
            }
            case LATE -> {
                assertThat(AttemptSteps.step(state, event)).isEqualTo(Step.to(state));
                yield ".";
            }
            case ACTS -> word(AttemptSteps.step(state, event));
        };
    }

    private static String word(Step step) {
        if (!(step.next() instanceof AttemptState.Over)) {
            return step.next().getClass().getSimpleName();
        }
        boolean stop = step.effects().stream().anyMatch(AttemptEffect.CancelAtWorker.class::isInstance);
        boolean done = step.effects().stream().anyMatch(AttemptEffect.Done.class::isInstance);
        String word = ending(step).map(Ending::word).orElse(done ? "done" : "released");
        return word + (stop ? "+stop" : "");
    }

    private static Optional<Ending> ending(Step step) {
        return step.effects().stream()
                .flatMap(effect ->
                        effect instanceof AttemptEffect.End end ? Stream.of(end.ending()) : Stream.<Ending>empty())
                .findFirst();
    }
}
