package org.crvqa.artifacts.gc;

/** A collection ended early, because another coordinator leads. Nothing is half removed that it does not finish. */
public final class CollectionAbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CollectionAbandonedException() {
        super("Another coordinator leads meanwhile, so this collection of garbage has ended; what it removed was not"
                + " needed. Ask again");
    }
}
