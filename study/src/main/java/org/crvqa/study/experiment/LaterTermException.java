package org.crvqa.study.experiment;

/** A leader of a later term has the experiment; this one leads no more. */
public final class LaterTermException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LaterTermException(String id, long term) {
        super("Experiment " + id + " belongs to the leader of term " + term + " by now");
    }
}
