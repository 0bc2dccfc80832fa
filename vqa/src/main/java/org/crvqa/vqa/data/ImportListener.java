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

    /** A listener that ignores everything. */
    static ImportListener none() {
        return (phase, doneBytes, totalBytes) -> {};
    }
}
