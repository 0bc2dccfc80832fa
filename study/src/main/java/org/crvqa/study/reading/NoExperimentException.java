package org.crvqa.study.reading;

/** There is no experiment of an id. */
public final class NoExperimentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String id;

    /** No experiment is called this. */
    public NoExperimentException(String id) {
        super("There is no experiment '" + id + "'");
        this.id = id;
    }

    /** What was asked for. */
    public String id() {
        return id;
    }
}
