package org.crvqa.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.doctor.FlawedStore.Flaw;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreChecksTest {
    @TempDir
    private Path folder;

    private ObjectStore sound;

    @BeforeEach
    void open() {
        sound = ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
    }

    @AfterEach
    void everythingIsRemovedAgain() throws Exception {
        assertThat(sound.list("probes/")).isEmpty();
        sound.close();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(file -> !file.endsWith("store"))).isEmpty();
        }
    }

    @Test
    void run_soundStore_isWell() {
        assertThat(run(Flaw.NONE)).hasSize(7).allMatch(check -> check.status() == Check.Status.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "IGNORES_CREATE_IF_ABSENT, create if absent, FAILED, does not keep create-if-absent, If-None-Match",
        "SHOWS_OLD_VERSIONS, overwrite, FAILED, 9 of 10 overwrites were not seen at once, strongly consistent",
        "LISTS_LATE, list after write, FAILED, 10 of 10 changes were not listed at once, strongly consistent",
        "REFUSES_LISTS, list after write, FAILED, access denied, credentials",
        "CLOCK_TEN_MINUTES_AHEAD, clock, FAILED, 600.0 s ahead, NTP",
        "CLOCK_TEN_SECONDS_BEHIND, clock, WARNING, 10.0 s behind, NTP",
        "STALE_UPLOAD, unfinished uploads, WARNING, 1 of them older than a day, crvqa gc"
    })
    void run_oneFlaw_isFoundAloneWithAdvice(Flaw flaw, String name, Check.Status status, String found, String advice) {
        List<Check> checks = run(flaw);

        assertThat(checks)
                .filteredOn(check -> check.status() != Check.Status.OK)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.name()).isEqualTo(name);
                    assertThat(check.status()).isEqualTo(status);
                    assertThat(check.found()).contains(found);
                    assertThat(check.advice()).contains(advice);
                });
    }

    @Test
    void run_newObjectsHidden_failsAllReads() {
        assertThat(run(Flaw.HIDES_NEW_OBJECTS))
                .filteredOn(check -> check.status() == Check.Status.FAILED)
                .extracting(Check::name)
                .containsExactly("read after write", "overwrite");
    }

    @Test
    void run_storeRefuses_looksNoFurther() {
        assertThat(run(Flaw.REFUSES_ALL)).singleElement().satisfies(check -> {
            assertThat(check.status()).isEqualTo(Check.Status.FAILED);
            assertThat(check.found()).contains("access denied");
            assertThat(check.advice()).contains("credentials");
        });
    }

    @Test
    void throughput_changedBytes_fail() {
        assertThat(new ThroughputCheck(new FlawedStore(sound, Flaw.NONE), folder)
                        .run(1)
                        .found())
                .contains("1 MiB: up ");
        assertThat(new ThroughputCheck(new FlawedStore(sound, Flaw.CHANGES_BYTES), folder).run(1))
                .satisfies(check -> {
                    assertThat(check.status()).isEqualTo(Check.Status.FAILED);
                    assertThat(check.found()).contains("other bytes came back");
                });
    }

    @Test
    void throughput_slow_isAWarning() {
        assertThat(ThroughputCheck.judge(64, 100, 4, true).status()).isEqualTo(Check.Status.WARNING);
        assertThat(ThroughputCheck.judge(64, 100, 40, true).status()).isEqualTo(Check.Status.OK);
        assertThat(ThroughputCheck.judge(64, 100, 0.3, true).found()).endsWith("up 100 MB/s, down 0.3 MB/s");
    }

    private List<Check> run(Flaw flaw) {
        return new StoreChecks(new FlawedStore(sound, flaw), InstantSource.system()).run();
    }
}
