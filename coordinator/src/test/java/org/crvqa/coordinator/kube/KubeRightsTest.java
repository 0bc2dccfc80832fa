package org.crvqa.coordinator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crvqa.coordinator.kube.Slices.slice;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.fleet.Membership;
import org.crvqa.coordinator.scale.Cordon;
import org.crvqa.coordinator.scale.PoolName;
import org.crvqa.coordinator.scale.PoolSettings;
import org.crvqa.coordinator.scale.ScaleLoop;
import org.crvqa.coordinator.scale.ScaleMetrics;
import org.crvqa.coordinator.scale.ScaleSettings;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that the coordinator does at the Kubernetes API, with the rights that deploy/base gives it, and with fewer. */
class KubeRightsTest {
    private static final String POD = "coordinator-0";
    private static final List<WorkerKind> KINDS =
            List.of(WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_EVALUATOR);

    private final KubeServer server = new KubeServer();
    private final KubernetesClient admin = server.admin();
    private final Map<WorkerKind, Integer> ready = new EnumMap<>(WorkerKind.class);
    private volatile List<Member> members = List.of();

    @AfterEach
    void close() {
        admin.close();
        server.close();
    }

    static List<Access> rights() {
        return Rights.ofTheCoordinator().all();
    }

    @Test
    void everything_withTheRightsOfTheRole_works() {
        server.allow(Rights.ofTheCoordinator()::allow);
        everything();
        assertThat(server.refused()).isEmpty();
    }

    @Test
    void everything_withoutLimits_usesEachRightOfTheRole() {
        everything();
        for (Access right : rights()) {
            assertThat(server.used()).as("nothing uses %s", right).anyMatch(access -> Rights.covers(right, access));
        }
    }

    @ParameterizedTest
    @MethodSource("rights")
    void everything_oneRightIsMissing_fails(Access right) {
        server.allow(Rights.ofTheCoordinator().without(right)::allow);
        assertThatThrownBy(this::everything).isInstanceOf(Refused.class);
        assertThat(server.refused()).isNotEmpty().allMatch(access -> Rights.covers(right, access));
    }

    /** In place of waiting for what cannot come. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private void await(BooleanSupplier condition) {
        Await.until(() -> condition.getAsBoolean() || !server.refused().isEmpty());
        if (!server.refused().isEmpty()) {
            throw new Refused();
        }
    }

    private void everything() {
        Workloads.createPod(admin, POD);
        for (WorkerKind kind : KINDS) {
            String name = EnumNames.of(kind);
            Workloads.createDeployment(admin, name, 1);
            write(slice(name, name, 9101), 1);
        }
        try (KubeFleet fleet = new KubeFleet(server.client(), KubeServer.NAMESPACE, Optional.of(POD));
                Cordon cordon = new Cordon(fleet.membership());
                Membership.Subscription subscription = cordon.subscribe(list -> members = list);
                ScaleLoop loop = new ScaleLoop(parts(fleet, cordon))) {
            cordon.start();
            await(() -> members.size() == KINDS.size());

            fleet.leads(true);
            await(() -> Workloads.pod(admin, POD)
                    .map(Pod::getMetadata)
                    .filter(meta -> "true".equals(meta.getLabels().get(Labels.LEADER)))
                    .isPresent());

            scale(loop, 2);
            for (WorkerKind kind : KINDS) {
                write(slice(EnumNames.of(kind), EnumNames.of(kind), 9101), 2);
            }
            await(() -> members.size() == 2 * KINDS.size());
            scale(loop, 0);
            assertThat(subscription).isNotNull();
        }
    }

    private void scale(ScaleLoop loop, int workers) {
        KINDS.forEach(kind -> ready.put(kind, workers));
        await(() -> {
            loop.step();
            return KINDS.stream()
                    .allMatch(kind -> Workloads.deployment(admin, EnumNames.of(kind))
                                    .getSpec()
                                    .getReplicas()
                            == workers);
        });
    }

    private ScaleLoop.Parts parts(KubeFleet fleet, Cordon cordon) {
        Map<WorkerKind, PoolSettings> pools = new EnumMap<>(WorkerKind.class);
        KINDS.forEach(kind -> pools.put(
                kind,
                new PoolSettings(new PoolName(PoolName.Controller.DEPLOYMENT, EnumNames.of(kind)), 0, 2, 1, false)));
        Clock clock = Clock.systemUTC();
        return new ScaleLoop.Parts(
                new ScaleSettings(
                        pools,
                        ScaleSettings.NO_BUDGET,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ofHours(1)),
                () -> CompletableFuture.completedFuture(view(clock.instant())),
                fleet.pools(),
                cordon,
                Leadership.ALONE,
                () -> false,
                () -> true,
                new ScaleMetrics(new SimpleMeterRegistry()),
                clock);
    }

    private FleetView view(Instant now) {
        return new FleetView(
                ready,
                Map.of(),
                members.stream()
                        .map(member -> new FleetView.Seat(member, FleetView.State.IDLE, now))
                        .toList());
    }

    /** Its pods, as they would be. */
    private void write(EndpointSlice slice, int pods) {
        List<Endpoint> endpoints = new ArrayList<>();
        int third = slice.getMetadata().getName().length();
        for (int i = 0; i < pods; i++) {
            String pod = slice.getMetadata().getName() + "-" + i;
            if (Workloads.pod(admin, pod).isEmpty()) {
                Workloads.createPod(admin, pod);
            }
            endpoints.add(Slices.pod(pod, "10.0." + third + "." + i));
        }
        var slices = admin.discovery().v1().endpointSlices().inNamespace(KubeServer.NAMESPACE);
        EndpointSlice whole = Slices.with(slice, endpoints.toArray(Endpoint[]::new));
        if (slices.withName(whole.getMetadata().getName()).get() == null) {
            slices.resource(whole).create();
        } else {
            slices.resource(whole).update();
        }
    }
}
