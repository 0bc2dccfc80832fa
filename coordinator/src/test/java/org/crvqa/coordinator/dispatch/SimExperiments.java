package org.crvqa.coordinator.dispatch;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Release;
import org.crvqa.study.plan.Releases;
import org.crvqa.task.v1.LossKind;

/** Experiments that share some of their tasks, from two tasks to twenty; planned once, for planning takes its time. */
final class SimExperiments {
    /** Their workers compute the same; what they choose where an experiment says nothing differs. */
    static final List<Release> RELEASES = List.of(Release.CURRENT, Releases.OTHER_DEFAULTS);

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

    /** Many trainings that wait for nothing. */
    static final Variant MANY =
            variant(seeds(dense(WHOLE), LongStream.range(0, 12).toArray()));

    private SimExperiments() {}

    /** An experiment, and the plan that each release makes of it. */
    record Variant(Experiment experiment, Map<Release, Plan> plans) {}

    static Variant any(SimTime time) {
        return time.oneOf(VARIANTS);
    }

    /** As a coordinator did that kept no plans. */
    static void writeAsBefore(ObjectStore store, SimClient.Submission submission) {
        String experiment = CanonicalJson.of(submission.experiment());
        Struct fields = Struct.newBuilder()
                .putFields("submitted", text(submission.submitted().toString()))
                .putFields("resolved", text(experiment))
                .build();
        store.createIfAbsent(
                submission.submissionName(), CanonicalJson.of(fields).getBytes(StandardCharsets.UTF_8));
        store.createIfAbsent(submission.specName(), experiment.getBytes(StandardCharsets.UTF_8));
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Variant variant(Experiment experiment) {
        return new Variant(
                experiment,
                RELEASES.stream()
                        .collect(Collectors.toMap(Function.identity(), release -> Samples.plan(experiment, release))));
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
