package org.crvqa.coordinator.dispatch;

import java.util.List;
import org.crvqa.coordinator.Samples;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.task.v1.LossKind;

/** Experiments that share some of their tasks, from two tasks to twenty; planned once, for planning takes its time. */
final class SimExperiments {
    private static final Experiment WHOLE = Samples.experiment();
    private static final List<Variant> VARIANTS = List.of(
            variant(WHOLE),
            variant(seeds(WHOLE, 0)),
            variant(seeds(WHOLE, 1)),
            variant(seeds(WHOLE, 1, 2)),
            variant(dense(WHOLE)),
            variant(seeds(dense(WHOLE), 0)),
            variant(seeds(dense(WHOLE), 0, 2)),
            variant(seeds(only(WHOLE, 0), 0)),
            variant(seeds(only(WHOLE, 1), 0, 1)),
            variant(seeds(only(WHOLE, 2), 0, 2)),
            variant(only(
                    seeds(WHOLE, 0).toBuilder()
                            .clearStage1Losses()
                            .addStage1Losses(LossKind.LOSS_KIND_LMH)
                            .build(),
                    1)));

    private SimExperiments() {}

    /** An experiment and its plan. */
    record Variant(Experiment experiment, Plan plan) {
        /** Planned anew, as a restarted coordinator does: the same again. */
        void checkPlan() {
            if (!Samples.plan(experiment).equals(plan)) {
                throw new SimViolation("The plan of " + experiment.getName() + " is another after a restart");
            }
        }
    }

    static Variant any(SimTime time) {
        return time.oneOf(VARIANTS);
    }

    private static Variant variant(Experiment experiment) {
        return new Variant(experiment, Samples.plan(experiment));
    }

    private static Experiment dense(Experiment experiment) {
        return experiment.toBuilder().clearSubnetworks().build();
    }

    private static Experiment only(Experiment experiment, int subnetwork) {
        return experiment.toBuilder()
                .clearSubnetworks()
                .addSubnetworks(experiment.getSubnetworks(subnetwork))
                .build();
    }

    private static Experiment seeds(Experiment experiment, long... seeds) {
        Experiment.Builder changed = experiment.toBuilder().clearSeeds();
        for (long seed : seeds) {
            changed.addSeeds(seed);
        }
        return changed.build();
    }
}
