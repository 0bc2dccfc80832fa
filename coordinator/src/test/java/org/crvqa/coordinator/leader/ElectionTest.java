package org.crvqa.coordinator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElectionTest {
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final String TERM_1 = "coordinator/terms/000000000001";

    private final SharedStore store = new SharedStore();
    private final Candidate one = Candidate.of(store, "one");
    private final Candidate other = Candidate.of(store, "other");

    @Test
    void step_emptyStore_leadsTermOneAtOnce() {
        one.election.step();

        assertThat(one.leads()).isTrue();
        assertThat(one.last().term()).isEqualTo(1);
        assertThat(store.text(TERM_1 + ".json")).contains("one:9100");
    }

    @Test
    void standby_leaderLives_neverLeadsAndNamesTheLeader() {
        one.election.step();

        for (int i = 0; i < 100; i++) {
            one.live(STEP);
            other.live(STEP);
        }

        assertThat(one.leads()).isTrue();
        assertThat(other.mandates).isEmpty();
        assertThat(other.election.leader()).hasValue("one:9100");
    }

    @Test
    void standby_leaderIsSilentForALease_leadsTheNextTerm() {
        one.election.step();
        other.election.step();

        other.live(Duration.ofSeconds(10));
        assertThat(other.mandates).isEmpty();
        other.live(STEP);

        assertThat(other.leads()).isTrue();
        assertThat(other.last().term()).isEqualTo(2);
    }

    @Test
    void pausedLeader_itsLeaseIsOver_holdsNothingEvenBeforeItsNextStep() {
        one.election.step();
        one.pass(Candidate.LEASE.minusMillis(1));
        assertThat(one.leads()).isTrue();

        one.pass(Duration.ofMillis(1));

        assertThat(one.leads()).isFalse();
    }

    @Test
    void pausedLeader_wasReplaced_stepsDownAndStandsBy() {
        one.election.step();
        other.election.step();
        other.live(Candidate.LEASE);
        one.pass(Duration.ofMinutes(1));

        one.election.step();

        assertThat(one.leads()).isFalse();
        assertThat(one.deposed).isEqualTo(1);
        assertThat(other.leads()).isTrue();
        one.live(STEP);
        assertThat(one.election.leader()).hasValue("other:9100");
        assertThat(one.mandates).hasSize(1);
    }

    @Test
    void pausedLeader_nobodyReplacedIt_goesOnWithItsTermOnceTheStoreSaidSo() {
        one.election.step();
        one.pass(Duration.ofMinutes(1));
        assertThat(one.leads()).isFalse();

        one.election.step();

        assertThat(one.leads()).isTrue();
        assertThat(one.mandates).hasSize(1);
    }

    @Test
    void storeIsAway_leaseEnds_andComesBackWithTheStore() {
        one.election.step();
        store.away = true;
        one.live(Duration.ofSeconds(10));
        assertThat(one.leads()).isTrue();
        one.live(Duration.ofMinutes(10));
        assertThat(one.leads()).isFalse();

        store.away = false;
        one.live(STEP);

        assertThat(one.leads()).isTrue();
        assertThat(one.last().term()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-10, 10})
    void wallClock_wrongByTenMinutes_changesNothing(int minutes) {
        one.election.step();
        Candidate wrong = new Candidate(
                store,
                "wrong",
                "wrong:9100",
                Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofMinutes(minutes)),
                Duration.ofDays(400).toNanos());

        for (int i = 0; i < 20; i++) {
            one.live(STEP);
            wrong.live(STEP);
        }
        assertThat(wrong.mandates).isEmpty();
        wrong.live(Candidate.LEASE);

        assertThat(wrong.leads()).isTrue();
    }

    @Test
    void released_nextStepOfAnotherLeads() {
        one.election.step();
        one.election.close();
        assertThat(one.leads()).isFalse();

        other.election.step();

        assertThat(other.leads()).isTrue();
    }

    @Test
    void resigned_mayLeadAgainWithANewTerm() {
        one.election.step();
        one.election.resign();

        one.live(STEP);

        assertThat(one.mandates.get(0).isHeld()).isFalse();
        assertThat(one.leads()).isTrue();
        assertThat(one.last().term()).isEqualTo(2);
    }

    @Test
    void restart_sameHostAndPort_leadsAtOnce() {
        one.election.step();
        Candidate restarted = new Candidate(store, "one again", "one:9100", Instant.EPOCH, 77);

        restarted.election.step();

        assertThat(restarted.leads()).isTrue();
        assertThat(restarted.last().term()).isEqualTo(2);
    }

    @Test
    void twoProcessesWithOneName_doNotDethroneEachOtherForEver() {
        one.election.step();
        Candidate twin = new Candidate(store, "twin", "one:9100", Instant.EPOCH, 0);

        for (int i = 0; i < 50; i++) {
            twin.live(STEP);
            one.live(STEP);
        }

        assertThat(twin.leads()).isTrue();
        assertThat(one.mandates.size() + twin.mandates.size()).isEqualTo(2);
    }

    @Test
    void lostAnswerOfTheClaim_isRecognisedAsItsOwn() {
        store.loseNextAnswer = true;
        one.election.step();
        assertThat(one.leads()).isFalse();

        one.live(STEP);
        one.live(Candidate.LEASE);

        assertThat(one.leads()).isTrue();
        assertThat(one.last().term()).isEqualTo(1);
    }

    @Test
    void claimOfAnotherComesFirst_standsBy() {
        store.beforeCreate = other.election::step;

        one.election.step();

        assertThat(one.mandates).isEmpty();
        assertThat(other.leads()).isTrue();
    }

    @Test
    void leaderRenewsBetweenTheLastLookAndTheClaim_newLeaderWaitsUntilTheOldOneHasStopped() {
        one.election.step();
        other.election.step();
        other.pass(Candidate.LEASE);
        one.pass(STEP);
        store.beforeCreate = one.election::step;

        other.election.step();
        assertThat(one.leads()).isTrue();
        assertThat(other.leads()).isFalse();

        one.live(STEP);
        other.live(Candidate.LEASE);
        assertThat(one.leads()).isFalse();
        assertThat(other.leads()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "{\"holder\":7}", "{\"holder\":\"x\",\"instance\":\"attacker:1\"}", "null"})
    void nextTermWasWrittenByAStranger_leaderStepsDownAndAfterALeaseOneLeadsAgain(String content) {
        one.election.step();
        other.election.step();
        put(term(2) + ".json", content);

        one.live(STEP);
        assertThat(one.leads()).isFalse();
        one.live(Candidate.LEASE);
        one.live(STEP);

        assertThat(one.leads()).isTrue();
        assertThat(one.last().term()).isEqualTo(3);
    }

    @Test
    void nextTermIsHuge_isPassedOverToo() {
        one.election.step();
        put(term(2) + ".json", "x".repeat(1 << 20));

        one.live(STEP);
        one.live(Candidate.LEASE);
        one.live(STEP);

        assertThat(one.leads()).isTrue();
    }

    @Test
    void termFarAway_besideTheLeaders_isIgnoredByAll() {
        one.election.step();
        put(term(5_000) + ".json", "{}");
        put(term(999_999_999_999L) + ".json", "{}");

        one.live(STEP);
        other.live(STEP);

        assertThat(one.leads()).isTrue();
        assertThat(other.mandates).isEmpty();
        other.live(Candidate.LEASE);
        assertThat(other.last().term()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5_000, 899_999_999_999L, 900_000_000_001L, 999_999_999_999L})
    void termInAnEmptyStore_leavesRoomForOthers(long number) {
        put(term(number) + ".json", "{}");

        one.election.step();
        one.live(Candidate.LEASE);

        assertThat(one.leads()).isTrue();
        other.live(STEP);
        other.live(Candidate.LEASE);
        assertThat(other.leads()).isTrue();
    }

    @Test
    void termFarAway_besideOthersAndWithoutAHint_isIgnored() {
        one.election.step();
        one.election.resign();
        one.live(STEP);
        put(term(5_000) + ".json", "{}");
        store.delete("coordinator/terms/latest");

        other.election.step();
        other.live(Candidate.LEASE);

        assertThat(other.last().term()).isEqualTo(3);
    }

    @Test
    void gapBehindTheLeader_isFilledByWhoComes_soThatTwoNeverLead() {
        one.election.step();
        put(term(3) + ".json", "{}");
        store.delete("coordinator/terms/latest");

        other.election.step();
        other.live(Candidate.LEASE);
        one.live(STEP);

        assertThat(other.leads()).isTrue();
        assertThat(other.last().term()).isEqualTo(4);
        assertThat(one.leads()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "0", "7", "999999999999", "99999999999999999999"})
    void hintIsWrong_theNewestTermIsFoundAllTheSame(String hint) {
        one.election.step();
        one.election.resign();
        one.live(STEP);
        put("coordinator/terms/latest", hint);

        other.election.step();
        other.live(Candidate.LEASE);

        assertThat(other.last().term()).isEqualTo(3);
    }

    @Test
    void manyTerms_startAsksForFewObjects() {
        for (int i = 0; i < 500; i++) {
            one.election.step();
            one.election.resign();
        }
        int before = store.requests();

        other.election.step();

        assertThat(store.requests() - before).isLessThan(12);
        assertThat(store.list("coordinator/terms/")).hasSize(500 + 2);
    }

    @Test
    void challengedByAWorker_holdsNothingUntilTheStoreWasAsked() {
        one.election.step();

        one.last().challenged("a worker");
        assertThat(one.leads()).isFalse();
        assertThat(one.challenged).isEqualTo(1);
        one.election.step();

        assertThat(one.leads()).isTrue();
    }

    @Test
    void race_manyAtOnce_oneLeads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 50; round++) {
                SharedStore fresh = new SharedStore();
                CyclicBarrier barrier = new CyclicBarrier(8);
                List<Callable<Candidate>> calls = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Candidate candidate = Candidate.of(fresh, "c" + i);
                    calls.add(() -> {
                        barrier.await();
                        candidate.election.step();
                        return candidate;
                    });
                }
                int leaders = 0;
                for (var answer : threads.invokeAll(calls)) {
                    leaders += answer.get().leads() ? 1 : 0;
                }
                assertThat(leaders).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomPausesAndStops_neverTwoAtOnceAndAlwaysOneAgain(long seed) {
        Random random = new Random(seed);
        List<Candidate> all = List.of(one, other, Candidate.of(store, "third"));
        boolean[] paused = new boolean[3];
        for (int second = 0; second < 4000; second++) {
            for (int i = 0; i < 3; i++) {
                all.get(i).pass(Duration.ofSeconds(1));
                if (random.nextInt(60) == 0) {
                    paused[i] = !paused[i];
                }
                if (!paused[i] && (second + i) % 5 == 0) {
                    all.get(i).election.step();
                }
            }
            assertThat(all.stream().filter(Candidate::leads).count()).isLessThanOrEqualTo(1);
        }
        for (int i = 0; i < 20; i++) {
            all.forEach(candidate -> candidate.live(STEP));
        }
        assertThat(all.stream().filter(Candidate::leads).count()).isEqualTo(1);
    }

    private void put(String name, String content) {
        store.put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private static String term(long number) {
        return "coordinator/terms/%012d".formatted(number);
    }
}
