package org.crvqa.coordinator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.KeySet;
import org.crvqa.artifacts.gc.Needs;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.threads.ParallelReads;

/** What experiments need of the store, as their plans say. A few plans are in memory at a time. Blocks on the store. */
final class ExperimentNeeds {
    private static final int PLANS_AT_ONCE = 4;

    private final ExperimentStore store;
    private final ExperimentPlans plans;
    private final ParallelReads reads;

    ExperimentNeeds(ExperimentStore store, ExperimentPlans plans, ParallelReads reads) {
        this.store = store;
        this.plans = plans;
        this.reads = reads;
    }

    /** @param problem why they are not known; else empty */
    private record Found(List<ArtifactKey> needs, boolean wanted, String problem) {
        static final Found NOTHING = new Found(List.of(), false, "");
    }

    /** Of all experiments of the store, cancelled ones too: their results stay. */
    Needs all() {
        KeySet all = new KeySet();
        KeySet wanted = new KeySet();
        List<String> unknown = new ArrayList<>();
        List<String> ids = store.ids();
        for (int from = 0; from < ids.size(); from += PLANS_AT_ONCE) {
            List<String> some = ids.subList(from, Math.min(from + PLANS_AT_ONCE, ids.size()));
            for (Found found : reads.each(some, this::of).values()) {
                found.needs().forEach(all::add);
                if (found.wanted()) {
                    found.needs().forEach(wanted::add);
                }
                if (!found.problem().isEmpty()) {
                    unknown.add(found.problem());
                }
            }
        }
        return new Needs(all, wanted, unknown);
    }

    private Found of(String id) {
        try {
            Optional<StoredExperiment> stored = store.find(id);
            return stored.isEmpty()
                    ? Found.NOTHING
                    : new Found(
                            of(stored.get().resolved(), plans.of(stored.get())),
                            !stored.get().cancelled(),
                            "");
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            // Whatever is wrong with one experiment: the others go on, and nobody removes what it may need.
            return new Found(
                    List.of(),
                    false,
                    "Artifacts and tasks stay, because experiment " + id
                            + " cannot be read, so that nobody knows what it needs: " + e.getMessage());
        }
    }

    /** What one experiment reads or makes. */
    static List<ArtifactKey> of(Experiment resolved, Plan plan) {
        List<ArtifactKey> needs = inputs(resolved);
        plan.tasks().forEach(task -> needs.add(task.key()));
        return needs;
    }

    /** The dataset and models that an experiment names; no task makes them. */
    static List<ArtifactKey> inputs(Experiment resolved) {
        List<ArtifactKey> inputs = new ArrayList<>();
        inputs.add(new ArtifactKey(resolved.getDataset()));
        resolved.getModelsList().forEach(model -> inputs.add(new ArtifactKey(model.getName())));
        return inputs;
    }
}
