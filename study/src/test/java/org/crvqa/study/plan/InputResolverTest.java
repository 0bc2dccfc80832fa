package org.crvqa.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.spec.ExperimentYaml;
import org.crvqa.study.spec.Violation;
import org.crvqa.study.spec.Violations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputResolverTest {
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
    void resolve_sample_givesKeysAndSummaries() {
        Violations violations = new Violations(Map.of());

        Optional<Inputs> inputs = resolver().resolve(Samples.experiment(), violations);

        assertThat(violations.list()).isEmpty();
        assertThat(inputs.orElseThrow().dataset()).isEqualTo(Samples.DATASET);
        assertThat(inputs.orElseThrow().models().get(0).summary()).isEqualTo(Samples.MODEL);
    }

    @Test
    void resolve_unknownNames_listsTheNamesThatExistAtTheirPlace() {
        List<Violation> found = violations(
                Samples.yaml().replace("dataset: sample", "dataset: samples").replace("name: tiny", "name: huge"));

        assertThat(found).extracting(Violation::kind).containsOnly(Violation.Kind.NOT_FOUND);
        assertThat(found.get(0).description())
                .isEqualTo("line 2, column 10: dataset: there is no dataset 'samples' in the store; it has sample."
                        + " Import it with 'crvqa data import', or name another");
        assertThat(found.get(1).description())
                .startsWith("line 5, column 11: models[0].name: there is no model 'huge' in the store; it has tiny");
    }

    @Test
    void resolve_unknownSplit_listsTheSplits() {
        assertThat(violations(Samples.yaml().replace("{name: test}", "{name: tset}")))
                .singleElement()
                .satisfies(violation -> assertThat(violation.message())
                        .isEqualTo("the dataset has no split 'tset'; it has train, iid, test"));
    }

    @Test
    void resolve_modelForAnotherDataset_isRefusedBeforeAnythingRuns() {
        store.model(
                "wide",
                Samples.MODEL.toBuilder()
                        .setFeatureDim(2048)
                        .setVocabularySize(30_522)
                        .build());

        assertThat(violations(Samples.yaml().replace("name: tiny", "name: wide")))
                .extracting(Violation::message)
                .anySatisfy(message -> assertThat(message).contains("2048").contains("32 wide"))
                .anySatisfy(message ->
                        assertThat(message).contains("30522 word pieces").contains("has 60"));
    }

    @Test
    void resolve_moreTokensThanPositions_isRefused() {
        assertThat(violations(Samples.yaml().replace("max_tokens: 9", "max_tokens: 17")))
                .extracting(Violation::path)
                .containsExactly("text.max_tokens");
    }

    /** As many as steps are enough; the sample's stage 2 has 500. */
    @Test
    void resolve_moreRoundsThanSteps_isRefused() {
        String rounds = Samples.yaml()
                .replace("- method: mask_training", "- method: iterative_magnitude\n    iterative: {rounds: %d}");

        assertThat(violations(rounds.formatted(500))).isEmpty();
        assertThat(violations(rounds.formatted(501))).singleElement().satisfies(violation -> {
            assertThat(violation.path()).isEqualTo("subnetworks[0].iterative.rounds");
            assertThat(violation.message()).contains("501").contains("500 steps");
            assertThat(violation.position()).isPresent();
        });
    }

    @Test
    void resolve_scheduleBeyondTheLastStep_isRefused() {
        String schedule = Samples.yaml()
                .replace(
                        "- method: mask_training",
                        "- method: mask_training\n    schedule: {kind: gradual, end_step: %d}");

        assertThat(violations(schedule.formatted(500))).isEmpty();
        assertThat(violations(schedule.formatted(501))).singleElement().satisfies(violation -> {
            assertThat(violation.path()).isEqualTo("subnetworks[0].schedule.end_step");
            assertThat(violation.position()).isPresent();
        });
    }

    @Test
    void resolve_datasetWithoutTrain_isRefused() {
        store.dataset("untrained", Samples.DATASET.toBuilder().removeSplits(0).build());

        assertThat(violations(Samples.yaml().replace("dataset: sample", "dataset: untrained")))
                .extracting(Violation::message)
                .anySatisfy(message -> assertThat(message).contains("no split 'train'"));
    }

    @Test
    void resolve_nameOfTheWrongKind_isRefused() {
        Experiment experiment = Samples.experiment().toBuilder()
                .setDataset(store.model("tiny", Samples.MODEL).hex())
                .build();
        Violations violations = new Violations(Map.of());

        assertThat(resolver().resolve(experiment, violations)).isEmpty();
        assertThat(violations.list())
                .singleElement()
                .satisfies(violation -> assertThat(violation.message()).contains("is not a dataset"));
    }

    private InputResolver resolver() {
        return new InputResolver(store.names, store.artifacts);
    }

    private List<Violation> violations(String yaml) {
        ExperimentYaml.Parsed parsed = ExperimentYaml.parse(yaml);
        resolver().resolve(parsed.experiment(), parsed.violations());
        return parsed.violations().list();
    }
}
