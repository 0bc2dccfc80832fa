package org.crvqa.vqa.data;

/** Told how far an import is. Called often, on the importing thread. */
@FunctionalInterface
public interface ImportListener {
    /**
     * Bytes read in a phase.
     *
     * @param phase what is being done, for people, such as "features"
     */
    void progress(String phase, long doneBytes, long totalBytes);

    /** Something that a person should know of a dataset that is imported all the same, a line at a time. */
    default void said(String line) {}

    /** A listener that ignores everything. */
    static ImportListener none() {
        return (phase, doneBytes, totalBytes) -> {};
    }
}
