package org.crvqa.coordinator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.coordinator.fleet.FleetView.State.BUSY;
import static org.crvqa.coordinator.fleet.FleetView.State.IDLE;
import static org.crvqa.coordinator.fleet.FleetView.State.UNKNOWN;
import static org.crvqa.coordinator.fleet.FleetView.State.UNUSABLE;
import static org.crvqa.coordinator.scale.Scaling.pool;
import static org.crvqa.coordinator.scale.Scaling.settings;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_EVALUATOR;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_PRUNER;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_TRAINER;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.FleetView.Seat;
import org.crvqa.coordinator.fleet.FleetView.State;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScalePlanTest {
    private final Map<WorkerKind, Integer> ready = new EnumMap<>(WorkerKind.class);
    private final Map<WorkerKind, Pools.Size> sizes = new EnumMap<>(WorkerKind.class);
    private final List<Seat> seats = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private ScaleState state = ScaleState.FIRST;
    private ScaleSettings settings = settings(ScaleSettings.NO_BUDGET, pool(WORKER_KIND_TRAINER, 0, 10));

    @BeforeEach
    void start() {
        size(WORKER_KIND_TRAINER, 0);
    }

    @Test
    void grow_moreIsWantedForTheWindow_asksForAsManyAsThereAreTasks() {
        ready.put(WORKER_KIND_TRAINER, 7);
        assertThat(look().resizes()).isEmpty();
        pass(Scaling.UP.minusSeconds(1));
        assertThat(look().resizes()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(look().resizes()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 7));
    }

    @Test
    void grow_moreThanThePoolsMost_stopsThere() {
        ready.put(WORKER_KIND_TRAINER, 700);
        look();
        pass(Scaling.UP);
        assertThat(look().resizes()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 10));
    }

    @Test
    void grow_wantedRiseAndFall_followsWhatWasWantedAllTheWhile() {
        ready.put(WORKER_KIND_TRAINER, 2);
        look();
        ready.put(WORKER_KIND_TRAINER, 9);
        pass(Scaling.UP);
        assertThat(look().resizes()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 2));
    }

    @Test
    void shrink_idleMembers_getNothingMoreThenAreMarkedThenGo() {
        size(WORKER_KIND_TRAINER, 3);
        seat("busy", WORKER_KIND_TRAINER, BUSY, true);
        seat("idle", WORKER_KIND_TRAINER, IDLE, true);
        seat("broken", WORKER_KIND_TRAINER, UNUSABLE, true);
        look();
        pass(Scaling.DOWN);

        ScaleDecision first = look();
        assertThat(first.leavers()).containsExactlyInAnyOrder("idle", "broken");
        assertThat(first.marks()).isEmpty();
        assertThat(first.resizes()).isEmpty();

        told(first);
        ScaleDecision second = look();
        assertThat(second.marks())
                .containsOnly(
                        Map.entry("busy", Mark.KEEP),
                        Map.entry("idle", Mark.FIRST_TO_GO),
                        Map.entry("broken", Mark.FIRST_TO_GO));
        assertThat(second.resizes()).isEmpty();

        state = state.marked(Map.of("busy", Mark.KEEP, "idle", Mark.FIRST_TO_GO));
        ScaleDecision third = look();
        assertThat(third.marks()).containsOnly(Map.entry("broken", Mark.FIRST_TO_GO));
        assertThat(third.resizes()).isEmpty();

        state = state.marked(third.marks());
        ScaleDecision fourth = look();
        assertThat(fourth.resizes()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 1));
        assertThat(fourth.leavers()).containsExactlyInAnyOrder("idle", "broken");
    }

    /** The dispatcher may have given it something at the same moment. */
    @Test
    void shrink_memberGotWorkBeforeItWasHeld_isMarkedToStay() {
        size(WORKER_KIND_TRAINER, 2);
        seat("one", WORKER_KIND_TRAINER, IDLE, true);
        seat("two", WORKER_KIND_TRAINER, IDLE, true);
        look();
        pass(Scaling.DOWN);
        ScaleDecision first = look();
        assertThat(first.leavers()).containsExactlyInAnyOrder("one", "two");

        seats.clear();
        seat("one", WORKER_KIND_TRAINER, BUSY, false);
        seat("two", WORKER_KIND_TRAINER, IDLE, false);
        ScaleDecision second = look();

        assertThat(second.marks()).containsOnly(Map.entry("one", Mark.KEEP), Map.entry("two", Mark.FIRST_TO_GO));
        state = state.marked(second.marks());
        seats.set(0, new Seat(member("one", WORKER_KIND_TRAINER, true), BUSY, now));
        assertThat(look().resizes()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 1));
    }

    @Test
    void shrink_workComesAgainBeforeItIsDone_letsTheMembersHaveIt() {
        size(WORKER_KIND_TRAINER, 2);
        seat("one", WORKER_KIND_TRAINER, IDLE, true);
        seat("two", WORKER_KIND_TRAINER, IDLE, true);
        look();
        pass(Scaling.DOWN);
        assertThat(look().leavers()).hasSize(2);
        ready.put(WORKER_KIND_TRAINER, 2);
        assertThat(look().leavers()).isEmpty();
    }

    /** Between the end of the shrinking and the end of the pods. */
    @Test
    void shrink_done_holdsTheLeaversUntilTheyAreGone() {
        size(WORKER_KIND_TRAINER, 2);
        seat("one", WORKER_KIND_TRAINER, IDLE, true);
        seat("two", WORKER_KIND_TRAINER, BUSY, true);
        shrinkBy(1);

        size(WORKER_KIND_TRAINER, 1);
        assertThat(look().leavers()).containsExactly("one");
        seats.remove(0);
        assertThat(look().leavers()).isEmpty();
    }

    @Test
    void shrink_memberOfWhichNothingIsHeard_staysForAsLongAsItMayStart() {
        size(WORKER_KIND_TRAINER, 1);
        seat("silent", WORKER_KIND_TRAINER, UNKNOWN, false);
        look();
        pass(Scaling.DOWN);
        assertThat(look().marks()).isEmpty();
        pass(Scaling.PATIENCE);
        assertThat(look().marks()).containsOnly(Map.entry("silent", Mark.FIRST_TO_GO));
    }

    @Test
    void shrink_podsWithoutAddress_goAtOnce() {
        size(WORKER_KIND_TRAINER, 5);
        seat("busy", WORKER_KIND_TRAINER, BUSY, true);
        look();
        pass(Scaling.DOWN);
        ScaleDecision marking = look();
        assertThat(marking.marks()).containsOnly(Map.entry("busy", Mark.KEEP));
        state = state.marked(marking.marks());
        assertThat(look().resizes()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 1));
    }

    /** A replica set takes it before any that is marked. */
    @Test
    void shrink_oneThatWorksIsNotReady_waits() {
        size(WORKER_KIND_TRAINER, 2);
        seat("one", WORKER_KIND_TRAINER, IDLE, false);
        seat("two", WORKER_KIND_TRAINER, BUSY, false);
        look();
        pass(Scaling.DOWN);
        look();
        ScaleDecision decision = look();
        assertThat(decision.marks()).isEmpty();
        assertThat(decision.resizes()).isEmpty();
    }

    @Test
    void shrink_workIsNotAllKnown_waits() {
        size(WORKER_KIND_TRAINER, 1);
        seat("one", WORKER_KIND_TRAINER, IDLE, false);
        look(false);
        pass(Scaling.DOWN.multipliedBy(10));
        ScaleDecision decision = look(false);
        assertThat(decision.leavers()).isEmpty();
        assertThat(decision.marks()).isEmpty();
        assertThat(decision.wanted()).containsEntry(WORKER_KIND_TRAINER, 0);
    }

    @Test
    void shrink_statefulSet_neverDoes() {
        settings = settings(
                ScaleSettings.NO_BUDGET, pool(WORKER_KIND_TRAINER, 0, 10).statefulSet());
        size(WORKER_KIND_TRAINER, 2);
        seat("one", WORKER_KIND_TRAINER, IDLE, true);
        seat("two", WORKER_KIND_TRAINER, IDLE, true);
        look();
        pass(Scaling.DOWN.multipliedBy(10));
        ScaleDecision decision = look();
        assertThat(decision.leavers()).isEmpty();
        assertThat(decision.resizes()).isEmpty();
    }

    @Test
    void budget_nextStageHasWork_movesDevicesAfterTheShorterWindow() {
        settings = settings(2, pool(WORKER_KIND_TRAINER, 0, 10), pool(WORKER_KIND_PRUNER, 0, 10));
        size(WORKER_KIND_TRAINER, 2);
        size(WORKER_KIND_PRUNER, 0);
        seat("one", WORKER_KIND_TRAINER, IDLE, true);
        seat("two", WORKER_KIND_TRAINER, IDLE, true);
        ready.put(WORKER_KIND_PRUNER, 5);
        look();
        pass(Scaling.HAND_OVER);
        told(look());
        state = state.marked(look().marks());
        assertThat(look().resizes()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 0));

        size(WORKER_KIND_TRAINER, 0);
        assertThat(look().resizes()).containsOnly(Map.entry(WORKER_KIND_PRUNER, 2));
    }

    @Test
    void budget_poolIsLeftAlone_countsWhatItHasAndTellsWhatWouldBeWanted() {
        settings = settings(
                5,
                pool(WORKER_KIND_TRAINER, 0, 10),
                pool(WORKER_KIND_PRUNER, 1, 10).leftAlone());
        size(WORKER_KIND_PRUNER, 3);
        ready.put(WORKER_KIND_TRAINER, 9);
        ready.put(WORKER_KIND_PRUNER, 9);
        look();
        pass(Scaling.UP.multipliedBy(100));
        ScaleDecision decision = look();
        assertThat(decision.resizes()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 2));
        assertThat(decision.wanted()).containsOnly(Map.entry(WORKER_KIND_TRAINER, 2), Map.entry(WORKER_KIND_PRUNER, 9));
    }

    @Test
    void budget_isShort_nearerToTheEndIsServedFirstAndNoStageGetsNothing() {
        settings = settings(
                6,
                pool(WORKER_KIND_TRAINER, 0, 10),
                pool(WORKER_KIND_PRUNER, 0, 10),
                pool(WORKER_KIND_EVALUATOR, 0, 10));
        size(WORKER_KIND_PRUNER, 0);
        size(WORKER_KIND_EVALUATOR, 0);
        ready.put(WORKER_KIND_TRAINER, 9);
        ready.put(WORKER_KIND_PRUNER, 2);
        ready.put(WORKER_KIND_EVALUATOR, 3);
        assertThat(look().wanted())
                .containsOnly(
                        Map.entry(WORKER_KIND_TRAINER, 1),
                        Map.entry(WORKER_KIND_PRUNER, 2),
                        Map.entry(WORKER_KIND_EVALUATOR, 3));
    }

    @Test
    void budget_poolHasAndUsesItsDevices_keepsThem() {
        settings = settings(6, pool(WORKER_KIND_TRAINER, 0, 10), pool(WORKER_KIND_EVALUATOR, 0, 10));
        size(WORKER_KIND_TRAINER, 6);
        size(WORKER_KIND_EVALUATOR, 0);
        ready.put(WORKER_KIND_TRAINER, 9);
        ready.put(WORKER_KIND_EVALUATOR, 9);
        assertThat(look().wanted())
                .containsOnly(Map.entry(WORKER_KIND_TRAINER, 5), Map.entry(WORKER_KIND_EVALUATOR, 1));
    }

    @Test
    void budget_workersNeverStart_areGivenUpWhileOthersCouldUseTheirDevices() {
        settings = settings(2, pool(WORKER_KIND_TRAINER, 0, 10), pool(WORKER_KIND_EVALUATOR, 0, 10));
        size(WORKER_KIND_EVALUATOR, 2);
        ready.put(WORKER_KIND_EVALUATOR, 5);
        ready.put(WORKER_KIND_TRAINER, 5);
        assertThat(look().wanted()).containsEntry(WORKER_KIND_EVALUATOR, 1);
        pass(Scaling.PATIENCE);
        assertThat(look().wanted())
                .containsOnly(Map.entry(WORKER_KIND_TRAINER, 2), Map.entry(WORKER_KIND_EVALUATOR, 0));
        // Once more, after a while; then for twice as long.
        pass(Scaling.PATIENCE);
        assertThat(look().wanted()).containsEntry(WORKER_KIND_EVALUATOR, 1);
        pass(Scaling.PATIENCE);
        assertThat(look().wanted()).containsEntry(WORKER_KIND_EVALUATOR, 0);
        pass(Scaling.PATIENCE);
        assertThat(look().wanted()).containsEntry(WORKER_KIND_EVALUATOR, 0);
        // One has come: it was only slow.
        seat("slow", WORKER_KIND_EVALUATOR, IDLE, true);
        assertThat(look().wanted()).containsEntry(WORKER_KIND_EVALUATOR, 1);
    }

    @Test
    void budget_workersNeverStartAndNobodyElseWantsThem_staysAskedFor() {
        size(WORKER_KIND_TRAINER, 5);
        ready.put(WORKER_KIND_TRAINER, 5);
        look();
        pass(Scaling.PATIENCE.multipliedBy(10));
        ScaleDecision decision = look();
        assertThat(decision.wanted()).containsEntry(WORKER_KIND_TRAINER, 5);
        assertThat(decision.resizes()).isEmpty();
    }

    @Test
    void pool_isNotThere_isPassedOver() {
        sizes.clear();
        ready.put(WORKER_KIND_TRAINER, 5);
        look();
        pass(Scaling.UP);
        assertThat(look().resizes()).isEmpty();
    }

    private void shrinkBy(int workers) {
        look();
        pass(Scaling.DOWN);
        ScaleDecision first = look();
        assertThat(first.leavers()).hasSize(workers);
        told(first);
        state = state.marked(look().marks());
        assertThat(look().resizes()).hasSize(1);
    }

    private ScaleDecision look() {
        return look(true);
    }

    private ScaleDecision look(boolean complete) {
        Map<WorkerKind, Integer> running = new EnumMap<>(WorkerKind.class);
        seats.stream()
                .filter(seat -> seat.state() == BUSY)
                .forEach(seat -> running.merge(seat.member().kind(), 1, Integer::sum));
        ScaleDecision decision = ScalePlan.decide(
                settings, state, new Observation(new FleetView(ready, running, seats), sizes, complete, now));
        state = decision.state();
        return decision;
    }

    /** The dispatcher knows who gets nothing more. */
    private void told(ScaleDecision decision) {
        seats.replaceAll(seat -> decision.leavers().contains(seat.member().id())
                ? new Seat(member(seat.member().id(), seat.member().kind(), false), seat.state(), seat.since())
                : seat);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private void size(WorkerKind kind, int workers) {
        sizes.put(kind, new Pools.Size(workers, ""));
    }

    private void seat(String id, WorkerKind kind, State is, boolean takesWork) {
        seats.add(new Seat(member(id, kind, takesWork), is, now));
    }

    private static Member member(String id, WorkerKind kind, boolean takesWork) {
        return new Member(id, kind, id + ":1", takesWork, Optional.of(id));
    }
}
