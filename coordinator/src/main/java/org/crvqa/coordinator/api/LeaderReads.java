package org.crvqa.coordinator.api;

import java.util.List;
import java.util.Optional;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.reading.Reads;

/** As the coordinator that leads has them. */
record LeaderReads(Experiments experiments) implements Reads {
    private static <T> Told<T> now(T content) {
        return new Told<>(content, Optional.empty());
    }

    @Override
    public Told<List<ExperimentStatus>> all() {
        return now(experiments.views().all());
    }

    @Override
    public List<ExperimentStatus> filled(List<ExperimentStatus> page) {
        return experiments.views().filled(page);
    }

    @Override
    public Told<ExperimentStatus> status(String id, ExperimentView view) {
        return now(experiments.status(id, view));
    }

    @Override
    public Told<Report> report(String id, boolean byQuestionType) {
        StoredExperiment stored = experiments.find(id).orElseThrow(() -> CallErrors.noExperiment(id));
        return now(experiments.results().report(stored, byQuestionType));
    }
}
