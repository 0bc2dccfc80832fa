package org.crvqa.artifacts.store;

/**
 * The object store refuses the credentials, also after they were loaded again. Not worth another try before a person
 * has renewed them or changed their rights; the message says how.
 */
public final class StoreAccessException extends StoreException {
    private static final long serialVersionUID = 1L;

    private static final String ADVICE =
            "The credentials were loaded again and refused again. Renew them (environment, AWS profile file, web"
                    + " identity or instance role) and check that they may read, write, list and delete below this"
                    + " location (without the right to list, s3:ListBucket, S3 refuses to say that an object is absent);"
                    + " a profile file is read again without a restart.";

    private final String problem;

    StoreAccessException(String problem, Throwable cause) {
        super(problem + ". " + ADVICE, ADVICE, cause);
        this.problem = problem;
    }

    /** The message without the advice. */
    @Override
    public String problem() {
        return problem;
    }
}
