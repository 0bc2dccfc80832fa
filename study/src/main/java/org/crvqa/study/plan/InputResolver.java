package org.crvqa.study.plan;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.ModelSummary;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.Names;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.ModelChoice;
import org.crvqa.study.spec.Violations;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.WeightSource;

/** Finds what an experiment names in the store, and checks that the parts fit together. Thread-safe. */
public final class InputResolver {
    private final Names names;
    private final ArtifactRepository artifacts;

    /** Reads names and manifests only. */
    public InputResolver(Names names, ArtifactRepository artifacts) {
        this.names = names;
        this.artifacts = artifacts;
    }

    /**
     * What the names stand for, or empty with violations added when something is missing.
     *
     * @throws org.crvqa.artifacts.store.StoreException when the store cannot be read
     */
    public Optional<Inputs> resolve(Experiment experiment, Violations violations) {
        Optional<Manifest> dataset = dataset(experiment.getDataset(), violations);
        List<Inputs.Model> models = new ArrayList<>();
        for (int i = 0; i < experiment.getModelsCount(); i++) {
            ModelChoice choice = experiment.getModels(i);
            String path = "models[" + i + "]";
            Optional<Manifest> model = model(choice.getName(), path + ".name", violations);
            model.ifPresent(found -> models.add(new Inputs.Model(
                    choice.getName(), new ArtifactKey(found.getKey()), weights(choice), found.getModel())));
            model.ifPresent(found -> tokens(experiment.getText(), found, violations));
            if (model.isPresent() && dataset.isPresent()) {
                fit(model.get().getModel(), dataset.get().getDataset(), path, violations);
            }
        }
        if (dataset.isEmpty() || models.size() < experiment.getModelsCount()) {
            return Optional.empty();
        }
        DatasetChecks.check(experiment, dataset.get().getDataset(), violations);
        SparsityChecks sparsities = new SparsityChecks(experiment, violations);
        models.forEach(sparsities::check);
        return Optional.of(new Inputs(
                new ArtifactKey(dataset.get().getKey()), dataset.get().getDataset(), models));
    }

    /** A model by its name or key, or empty with a violation at {@code model}. */
    public Optional<ModelSummary> model(String name, Violations violations) {
        return model(name, "model", violations).map(Manifest::getModel);
    }

    private Optional<Manifest> dataset(String name, Violations violations) {
        if (name.isBlank()) {
            return Optional.empty();
        }
        return find(Names.Kind.DATASET, "dataset", name, "dataset", violations)
                .filter(manifest -> expect(manifest.hasDataset(), "dataset", name, "a dataset", violations));
    }

    private Optional<Manifest> model(String name, String path, Violations violations) {
        if (name.isBlank()) {
            return Optional.empty();
        }
        return find(Names.Kind.MODEL, "model", name, path, violations)
                .filter(manifest -> expect(manifest.hasModel(), path, name, "a model", violations));
    }

    private static boolean expect(boolean holds, String path, String name, String what, Violations violations) {
        if (!holds) {
            violations.invalid(path, "'" + name + "' is in the store but is not " + what);
        }
        return holds;
    }

    private static String command(Names.Kind kind) {
        return switch (kind) {
            case DATASET -> "crvqa data import";
            case MODEL -> "crvqa model import";
        };
    }

    private Optional<Manifest> find(Names.Kind kind, String what, String name, String path, Violations violations) {
        Optional<ArtifactKey> key = names.resolve(kind, name);
        Optional<Manifest> manifest = key.flatMap(artifacts::find);
        if (manifest.isEmpty()) {
            var known = names.list(kind).keySet();
            String there = known.isEmpty() ? "it has none yet" : "it has " + String.join(", ", known);
            String found = key.isEmpty() ? "" : " (the name stands for " + key.get() + ", which does not exist)";
            violations.notFound(
                    path,
                    "there is no " + what + " '" + name + "' in the store" + found + "; " + there + ". Import it with '"
                            + command(kind) + "', or name another");
        }
        return manifest;
    }

    private static WeightSource weights(ModelChoice choice) {
        return choice.getWeights() == WeightSource.WEIGHT_SOURCE_UNSPECIFIED
                ? WeightSource.WEIGHT_SOURCE_STORED
                : choice.getWeights();
    }

    private static void fit(ModelSummary model, DatasetSummary dataset, String path, Violations violations) {
        if (model.getFeatureDim() != dataset.getFeatureDim()) {
            violations.invalid(
                    path,
                    "reads region features of width " + model.getFeatureDim() + ", but the dataset's are "
                            + dataset.getFeatureDim() + " wide; take a model made for this dataset");
        }
        if (model.getVocabularySize() != dataset.getVocabularySize()) {
            violations.invalid(
                    path,
                    "has a vocabulary of " + model.getVocabularySize() + " word pieces, but the dataset's has "
                            + dataset.getVocabularySize() + "; take a model made for this dataset");
        }
    }

    private static void tokens(TextOptions text, Manifest model, Violations violations) {
        int most = positions(model.getSpec().getModel().getConfigJson());
        if (text.getMaxTokens() > most) {
            violations.invalid(
                    "text.max_tokens", "is " + text.getMaxTokens() + ", but the model has " + most + " positions");
        }
    }

    private static int positions(String config) {
        Struct.Builder fields = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(config, fields);
        } catch (InvalidProtocolBufferException e) {
            return Integer.MAX_VALUE;
        }
        var value = fields.getFieldsMap().get("max_position_embeddings");
        return value == null ? Integer.MAX_VALUE : (int) value.getNumberValue();
    }
}
