package org.crvqa.study.experiment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.plan.Inputs;

/**
 * An experiment as the store keeps it.
 *
 * @param id {@code <name>-<12 hexadecimal digits>}
 * @param resolved the experiment with the keys that its dataset and model names stood for when it was submitted, so
 *     that a name given to something else later does not change it
 * @param plan digest of the plan that was made when it was submitted; empty when a coordinator took it that wrote none
 */
public record StoredExperiment(
        String id,
        Experiment experiment,
        Experiment resolved,
        Instant submitted,
        boolean cancelled,
        Optional<String> plan) {
    /** One that was submitted before plans were written down. */
    public StoredExperiment(
            String id, Experiment experiment, Experiment resolved, Instant submitted, boolean cancelled) {
        this(id, experiment, resolved, submitted, cancelled, Optional.empty());
    }

    /** {@code experiment} with keys in place of names. */
    public static Experiment resolve(Experiment experiment, Inputs inputs) {
        Experiment.Builder resolved =
                experiment.toBuilder().setDataset(inputs.datasetKey().hex());
        for (int i = 0; i < experiment.getModelsCount(); i++) {
            resolved.getModelsBuilder(i).setName(inputs.models().get(i).key().hex());
        }
        return resolved.build();
    }

    /** The names that people use, put back into inputs found by key. */
    public Inputs named(Inputs inputs) {
        var models = new ArrayList<Inputs.Model>();
        for (int i = 0; i < experiment.getModelsCount(); i++) {
            Inputs.Model model = inputs.models().get(i);
            models.add(
                    new Inputs.Model(experiment.getModels(i).getName(), model.key(), model.weights(), model.summary()));
        }
        return new Inputs(inputs.datasetKey(), inputs.dataset(), models);
    }
}
