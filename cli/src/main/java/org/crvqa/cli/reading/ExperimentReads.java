package org.crvqa.cli.reading;

import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.Report;

/** What can be read of experiments, whoever tells it. Close it. */
public interface ExperimentReads extends AutoCloseable {
    /** A page of experiments, newest first. */
    ListExperimentsResponse list(ListExperimentsRequest request);

    /** The experiment without its tasks. */
    ExperimentStatus summary(String id);

    /** A page of tasks. */
    ListTasksResponse tasks(ListTasksRequest request);

    /** Scores so far; with {@code byQuestionType} also those of each question type. */
    Report report(String id, boolean byQuestionType);

    /** Device time of an experiment; with an empty id of all in the store. */
    GetWasteResponse waste(String id);

    @Override
    void close();
}
