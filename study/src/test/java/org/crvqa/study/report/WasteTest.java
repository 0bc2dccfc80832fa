package org.crvqa.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.LostTime;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.junit.jupiter.api.Test;

class WasteTest {
    private static final Plan PLAN = Samples.plan(Samples.experiment());
    private static final PlanTask SHARED = PLAN.tasks().stream()
            .filter(task -> task.usedByRuns() > 1)
            .findFirst()
            .orElseThrow();

    private final Map<ArtifactKey, Manifest> manifests = new HashMap<>();
    private final Map<ArtifactKey, List<EndedAttempt>> attempts = new HashMap<>();

    @Test
    void sum_nothingRanYet_isZero() {
        GetWasteResponse sum = sum(PLAN);

        assertThat(sum.getTasks()).isEqualTo(PLAN.tasks().size());
        assertThat(sum.getSpentSeconds()).isZero();
        assertThat(sum.getLostList()).isEmpty();
    }

    @Test
    void sum_oneSharedTask_countsItOnceAndSavesItsOtherUses() {
        made(Producer.newBuilder().setDeviceSeconds(100));

        GetWasteResponse sum = sum(PLAN);

        assertThat(sum.getSpentSeconds()).isEqualTo(100);
        assertThat(sum.getSavedBySharingSeconds()).isEqualTo(100.0 * (SHARED.usedByRuns() - 1));
    }

    @Test
    void sum_twoExperimentsWithTheSameTasks_countsTheUsesOfBoth() {
        made(Producer.newBuilder().setDeviceSeconds(100));

        GetWasteResponse sum = sum(PLAN, PLAN);

        assertThat(sum.getSpentSeconds()).isEqualTo(100);
        assertThat(sum.getSavedBySharingSeconds()).isEqualTo(100.0 * (2 * SHARED.usedByRuns() - 1));
    }

    @Test
    void sum_manifestOfAnEarlierVersion_takesTheTimesOfItsWork() {
        made(Producer.newBuilder()
                .setStarted(Timestamp.newBuilder().setSeconds(50))
                .setFinished(Timestamp.newBuilder().setSeconds(80).setNanos(500_000_000)));

        assertThat(sum(PLAN).getSpentSeconds()).isEqualTo(30.5);
    }

    @Test
    void sum_resumedAfterALoss_onlyWhatCameAfterTheStateIsLost() {
        made(Producer.newBuilder().setDeviceSeconds(100).setResumedStep(40));
        attempts.put(SHARED.key(), List.of(ended("lost", 60, 20), running()));

        GetWasteResponse sum = sum(PLAN);

        assertThat(sum.getSpentSeconds()).isEqualTo(140);
        assertThat(sum.getSavedByResumingSeconds()).isEqualTo(40);
        assertThat(sum.getAttempts()).isEqualTo(2);
        assertThat(sum.getLostList()).containsExactly(lost("lost", 1, 20));
    }

    @Test
    void sum_beganAnewAfterALoss_allOfItIsLost() {
        made(Producer.newBuilder().setDeviceSeconds(100));
        attempts.put(SHARED.key(), List.of(ended("lost", 60, 20), ended("killed for memory", 80, 80), running()));

        GetWasteResponse sum = sum(PLAN);

        assertThat(sum.getSavedByResumingSeconds()).isZero();
        assertThat(sum.getLostList()).containsExactly(lost("killed for memory", 1, 80), lost("lost", 1, 60));
    }

    private void made(Producer.Builder producer) {
        manifests.put(SHARED.key(), Manifest.newBuilder().setProducer(producer).build());
    }

    private GetWasteResponse sum(Plan... plans) {
        Waste waste = new Waste();
        List.of(plans).forEach(waste::add);
        waste.keys()
                .forEach(key -> waste.found(
                        key,
                        new Waste.Found(
                                Optional.ofNullable(manifests.get(key)).map(Manifest::getProducer),
                                attempts.getOrDefault(key, List.of()))));
        return waste.sum();
    }

    private static EndedAttempt ended(String cause, long ran, long lost) {
        return new EndedAttempt(Optional.of(cause), Duration.ofSeconds(ran), Duration.ofSeconds(lost));
    }

    private static EndedAttempt running() {
        return new EndedAttempt(Optional.empty(), Duration.ZERO, Duration.ZERO);
    }

    private static LostTime lost(String cause, long attempts, double seconds) {
        return LostTime.newBuilder()
                .setCause(cause)
                .setAttempts(attempts)
                .setSeconds(seconds)
                .build();
    }
}
