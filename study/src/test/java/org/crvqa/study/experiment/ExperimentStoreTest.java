package org.crvqa.study.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.plan.Inputs;
import org.crvqa.study.plan.Plan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentStoreTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Experiment EXPERIMENT = Samples.experiment();
    private static final Experiment RESOLVED = StoredExperiment.resolve(EXPERIMENT, Samples.inputs());
    private static final Plan PLAN = Samples.plan(EXPERIMENT);

    @TempDir
    Path folder;

    private StoreFixture store;

    @BeforeEach
    void open() {
        store = new StoreFixture(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void create_twice_keepsTheFirstWithItsTime() {
        ExperimentStore.Created first = at(NOW).create(EXPERIMENT, RESOLVED, PLAN);
        ExperimentStore.Created second = at(NOW.plus(Duration.ofHours(1))).create(EXPERIMENT, RESOLVED, PLAN);

        assertThat(first.isNew()).isTrue();
        assertThat(second.isNew()).isFalse();
        assertThat(second.experiment()).isEqualTo(first.experiment());
        assertThat(second.experiment().submitted()).isEqualTo(NOW);
        assertThat(second.experiment().experiment()).isEqualTo(EXPERIMENT);
        assertThat(second.experiment().resolved()).isEqualTo(RESOLVED);
        assertThat(at(NOW).ids()).containsExactly(first.experiment().id());
    }

    @Test
    void id_sameContent_isNameAndTwelveDigitsAndChangesWithWhatANameStandsFor() {
        Inputs other = new Inputs(
                new ArtifactKey("e".repeat(64)),
                Samples.DATASET,
                Samples.inputs().models());

        assertThat(ExperimentStore.id(RESOLVED)).matches("small-[0-9a-f]{12}");
        assertThat(ExperimentStore.id(StoredExperiment.resolve(EXPERIMENT, other)))
                .isNotEqualTo(ExperimentStore.id(RESOLVED));
    }

    @Test
    void cancel_isKept() {
        String id = at(NOW).create(EXPERIMENT, RESOLVED, PLAN).experiment().id();

        at(NOW).cancel(id);
        at(NOW).cancel(id);

        assertThat(at(NOW).find(id).orElseThrow().cancelled()).isTrue();
    }

    @Test
    void find_unknownOrImpossibleId_isEmpty() {
        assertThat(at(NOW).find("small-000000000000")).isEmpty();
        assertThat(at(NOW).find("../names")).isEmpty();
    }

    private ExperimentStore at(Instant now) {
        return new ExperimentStore(store.store, Clock.fixed(now, ZoneOffset.UTC));
    }
}
