package org.crvqa.study.reading;

/** An experiment is older than stored plans, and a coordinator has to make its plan first. */
public final class NoPlanException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Of this experiment. */
    public NoPlanException(String id) {
        super("Experiment " + id + " has no plan yet, which only the leader makes");
    }
}
