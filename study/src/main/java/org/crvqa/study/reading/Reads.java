package org.crvqa.study.reading;

import com.google.protobuf.Timestamp;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ExperimentView;
import org.crvqa.coordinator.v1.Report;

/** What every coordinator answers, whether it leads or stands by. */
public interface Reads {
    /** An experiment of more tasks is told without them. */
    int MOST_TASKS_TOLD = 6_000;

    /**
     * An answer.
     *
     * @param asOf when it was so; empty: now
     */
    record Told<T>(T content, Optional<Timestamp> asOf) {}

    /** All experiments, newest first, without tasks, and where that takes a read without what was submitted. */
    Told<List<ExperimentStatus>> all();

    /** The same with what was submitted, as far as that can be read. */
    List<ExperimentStatus> filled(List<ExperimentStatus> page);

    /**
     * One experiment; with its tasks where they are asked for and not too many.
     *
     * @throws NoExperimentException when there is none
     * @throws ArtifactCorruptException when what is asked for cannot be read
     */
    Told<ExperimentStatus> status(String id, ExperimentView view);

    /**
     * Scores so far.
     *
     * @throws NoExperimentException when there is none
     * @throws ArtifactCorruptException when its plan is lost or damaged
     */
    Told<Report> report(String id, boolean byQuestionType);
}
