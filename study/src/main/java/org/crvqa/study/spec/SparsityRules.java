package org.crvqa.study.spec;

import java.util.List;
import org.crvqa.experiment.v1.ModalitySparsity;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.task.v1.LayerSparsity;

/** What the rates of one block of the matrix must satisfy, whatever the model. */
final class SparsityRules {
    private final SubnetworkSearch search;
    private final String path;
    private final Violations violations;

    private SparsityRules(SubnetworkSearch search, String path, Violations violations) {
        this.search = search;
        this.path = path;
        this.violations = violations;
    }

    /** {@code path} ends with a dot. */
    static void check(SubnetworkSearch search, String path, Violations violations) {
        new SparsityRules(search, path, violations).check();
    }

    private void check() {
        if (!search.getPattern().isEmpty()) {
            pattern();
        } else if (search.getSparsitiesCount() + search.getModalitySparsitiesCount() == 0) {
            violations.invalid(path + "sparsities", "expected at least one, such as [0.7] (70 % zeros)");
        }
        ExperimentRules.noDuplicates(path + "sparsities", search.getSparsitiesList(), violations);
        for (int i = 0; i < search.getSparsitiesCount(); i++) {
            Range.FRACTION.check(path + "sparsities[" + i + "]", search.getSparsities(i), violations);
        }
        ExperimentRules.noDuplicates(path + "modality_sparsities", search.getModalitySparsitiesList(), violations);
        for (int i = 0; i < search.getModalitySparsitiesCount(); i++) {
            modalities(search.getModalitySparsities(i), path + "modality_sparsities[" + i + "]");
        }
        layers();
    }

    private void pattern() {
        if (Patterns.parse(search.getPattern()).isEmpty()) {
            violations.invalid(
                    path + "pattern",
                    "expected KEEP:OF with KEEP below OF, such as '2:4' (of every 4 neighbours 2 stay), found '"
                            + search.getPattern() + "'");
        }
        for (String key : List.of("sparsities", "modality_sparsities", "layers")) {
            if (search.getRepeatedFieldCount(SubnetworkSearch.getDescriptor().findFieldByName(key)) > 0) {
                violations.invalid(path + key, "cannot be given beside pattern, which is the rate; keep one of them");
            }
        }
    }

    private void modalities(ModalitySparsity rates, String at) {
        rates.getAllFields()
                .forEach((field, rate) -> Range.FRACTION.check(at + "." + field.getName(), (Double) rate, violations));
        if (rates.hasWhole() && search.getLayersCount() > 0) {
            violations.invalid(
                    at + ".whole", "cannot be met beside layers, whose rates come before these; remove one of them");
        }
    }

    private void layers() {
        List<LayerSparsity> layers = search.getLayersList();
        for (int i = 0; i < layers.size(); i++) {
            String at = path + "layers[" + i + "]";
            Range.FRACTION.check(at + ".rate", layers.get(i).getRate(), violations);
            if (layers.get(i).getName().isBlank()) {
                violations.invalid(at + ".name", "expected a module of the model, such as encoder.layer.0");
                continue;
            }
            for (int j = 0; j < i; j++) {
                if (overlap(layers.get(i).getName(), layers.get(j).getName())) {
                    violations.invalid(
                            at + ".name",
                            "lies in the same part of the model as layers[" + j + "], '"
                                    + layers.get(j).getName() + "'; give each matrix one rate");
                }
            }
        }
    }

    private static boolean overlap(String one, String other) {
        return (one + ".").startsWith(other + ".") || (other + ".").startsWith(one + ".");
    }
}
