package org.crvqa.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.fleet.Membership;
import org.crvqa.coordinator.fleet.StaticMembership;
import org.crvqa.coordinator.kube.KubeFleet;
import org.crvqa.coordinator.scale.Cordon;
import org.crvqa.coordinator.scale.Pools;
import org.crvqa.coordinator.scale.ScaleMetrics;
import org.crvqa.coordinator.scale.ScaleSettings;

/**
 * Where a coordinator's workers come from, and who else must know that it leads.
 *
 * @param membership which there are; {@link #close} closes it
 * @param scaling how their number is set; empty where nobody does, or somebody else
 * @param leading told whether this coordinator leads, whenever that may have changed
 * @param closer of everything that these have opened
 * @param description for the log
 */
record Workers(
        Membership membership,
        Optional<Scaling> scaling,
        Consumer<Boolean> leading,
        Runnable closer,
        String description)
        implements AutoCloseable {
    private static final String MEMBERSHIP = "CRVQA_MEMBERSHIP";

    /**
     * What scales the pools of workers while this coordinator leads.
     *
     * @param cordon the membership, of which it holds members back
     */
    record Scaling(ScaleSettings settings, Pools pools, Cordon cordon, ScaleMetrics metrics) {}

    /**
     * From CRVQA_MEMBERSHIP (static, or kubernetes), and what belongs to either; see {@link StaticMembership}, {@link
     * KubeFleet#open} and {@link ScaleVariables#from}.
     *
     * @throws InvalidInputException when a value is malformed, or they contradict each other
     */
    static Workers from(Map<String, String> environment, CoordinatorSettings settings, MeterRegistry meters) {
        String membership = environment.getOrDefault(MEMBERSHIP, "").strip();
        return switch (membership) {
            case "", "static" -> listed(environment, settings);
            case "kubernetes" -> inCluster(environment, settings, meters);
            default ->
                throw new InvalidInputException(
                        MEMBERSHIP + " is \"" + membership + "\", expected static or kubernetes",
                        "Correct the environment variable " + MEMBERSHIP + ".");
        };
    }

    /** Workers whose number nobody sets. */
    static Workers of(Membership membership, String description) {
        return new Workers(membership, Optional.empty(), leads -> {}, membership::close, description);
    }

    private static Workers listed(Map<String, String> environment, CoordinatorSettings settings) {
        if (ScaleVariables.from(environment).isPresent()) {
            throw new InvalidInputException(
                    "CRVQA_SCALE is on, but workers that are listed cannot be made more or fewer",
                    "Set " + MEMBERSHIP + "=kubernetes, or CRVQA_SCALE=off.");
        }
        return of(
                new StaticMembership(settings.trainers(), settings.pruners(), settings.evaluators()),
                "trainers [%s], pruners [%s], evaluators [%s]"
                        .formatted(settings.trainers(), settings.pruners(), settings.evaluators()));
    }

    private static Workers inCluster(
            Map<String, String> environment, CoordinatorSettings settings, MeterRegistry meters) {
        if (!(settings.trainers() + settings.pruners() + settings.evaluators()).isBlank()) {
            throw new InvalidInputException(
                    MEMBERSHIP + " is kubernetes, and workers are listed too",
                    "Unset CRVQA_TRAINERS, CRVQA_PRUNERS and CRVQA_EVALUATORS, or set " + MEMBERSHIP + "=static.");
        }
        Optional<ScaleSettings> scale = ScaleVariables.from(environment);
        KubeFleet cluster = KubeFleet.open(environment);
        Optional<Scaling> scaling = scale.map(wanted ->
                new Scaling(wanted, cluster.pools(), new Cordon(cluster.membership()), new ScaleMetrics(meters)));
        return new Workers(
                scaling.<Membership>map(Scaling::cordon).orElseGet(cluster::membership),
                scaling,
                cluster::leads,
                cluster::close,
                "workers as Kubernetes says"
                        + (scale.isPresent() ? ", scaled" : ", scaled by nobody or by somebody else"));
    }

    @Override
    public void close() {
        closer.run();
    }
}
