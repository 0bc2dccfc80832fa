package org.crvqa.study.reading;

import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.study.experiment.LaterTermException;
import org.crvqa.study.spec.InvalidExperimentException;
import org.crvqa.study.threads.Fatal;
import org.jboss.logging.Logger;

/** What is said of an experiment of which something cannot be read. */
public final class Unreadable {
    private static final Logger LOG = Logger.getLogger(Unreadable.class);
    private static final int MOST_PROBLEM = 500;

    private Unreadable() {}

    /** Which object, why, and what to do. Rethrows what is not the experiment's fault. */
    public static String problem(String id, Throwable error) {
        Fatal.check(error);
        if (error instanceof StoreException
                || error instanceof LaterTermException
                || error instanceof io.grpc.StatusRuntimeException) {
            throw (RuntimeException) error;
        }
        boolean explained = error instanceof ArtifactCorruptException || error instanceof InvalidExperimentException;
        String problem =
                printable(explained ? String.valueOf(error.getMessage()) : "This release cannot take it: " + error);
        if (!explained) {
            LOG.errorf(error, "Experiment %s", id);
        }
        return problem + ". Restore experiments/" + id + "/ from a copy of the store, or remove it; 'crvqa retry " + id
                + "' reads it again";
    }

    /** The message may hold what an object holds, and goes to terminals. */
    private static String printable(String message) {
        String plain = message.replaceAll("\\p{Cntrl}+", " ").strip();
        return plain.length() <= MOST_PROBLEM ? plain : plain.substring(0, MOST_PROBLEM) + "...";
    }
}
