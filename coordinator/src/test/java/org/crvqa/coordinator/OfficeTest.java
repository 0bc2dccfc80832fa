package org.crvqa.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.crvqa.coordinator.dispatch.DispatchMetrics;
import org.crvqa.coordinator.dispatch.DispatchSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfficeTest {
    @TempDir
    Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void start_aloneWithItsStore_leadsWhenItReturns() {
        try (Office office = office("one:9100")) {
            office.start();

            assertThat(office.coordinator()).isPresent();
            assertThat(office.coordinator().orElseThrow().leadership().isHeld()).isTrue();
            assertThat(office.leader()).hasValue("one:9100");
        }
    }

    @Test
    void start_anotherLeads_standsByAndNamesIt_untilThatOneStops() {
        Office one = office("one:9100");
        one.start();
        try (Office other = office("other:9100")) {
            other.start();
            assertThat(other.coordinator()).isEmpty();
            assertThat(other.leader()).hasValue("one:9100");
            one.close();
            assertThat(one.coordinator()).isEmpty();

            try (Office next = office("next:9100")) {
                next.start();
                assertThat(next.coordinator().isPresent() || other.coordinator().isPresent())
                        .isTrue();
            }
        }
    }

    @Test
    void start_sameNameAsTheOneBefore_leadsAtOnce() {
        try (Office killed = office("one:9100");
                Office restarted = office("one:9100")) {
            killed.start();

            restarted.start();

            assertThat(restarted.coordinator()).isPresent();
        }
    }

    @Test
    void instance_boundToAnyAddress_isNamedAfterTheMachine() {
        assertThat(Instance.name("0.0.0.0", "9100", "node-1")).isEqualTo("node-1:9100");
        assertThat(Instance.name("127.0.0.1", "9100", "node-1")).isEqualTo("node-1:9100");
        assertThat(Instance.name("10.0.0.7", "9100", "node-1")).isEqualTo("10.0.0.7:9100");
    }

    private Office office(String instance) {
        // A lease that does not end while the test runs.
        CoordinatorSettings settings = new CoordinatorSettings(
                "",
                "",
                "",
                new DispatchSettings(Duration.ofSeconds(45), Duration.ofSeconds(1)),
                Duration.ofHours(1),
                folder.resolve("cache"),
                Optional.empty());
        return new Office(
                new Foundation(
                        settings,
                        fixture.store,
                        fixture.artifacts,
                        List.of(),
                        new DispatchMetrics(new SimpleMeterRegistry()),
                        Clock.systemUTC(),
                        Clock.systemUTC()),
                new ServingStatus(new GrpcHealthStorage()),
                instance);
    }
}
