package org.crvqa.artifacts.gc;

import org.crvqa.artifacts.ArtifactKey;

/** What a collection asks of the coordinator that runs it. Called by several threads. */
public interface Gate {
    /** Nothing new is needed, and nobody else leads. */
    Gate OPEN = new Gate() {
        @Override
        public boolean isNeeded(ArtifactKey key) {
            return false;
        }

        @Override
        public boolean leads() {
            return true;
        }
    };

    /**
     * Whether anything began to need the artifact after {@link Needs} was found. It says so before it looks for the
     * manifest, and the collection asks after it has taken the manifest away.
     */
    boolean isNeeded(ArtifactKey key);

    /**
     * Whether no other coordinator leads, as the store says at this moment: one that was paused must not go on to remove
     * what was needed since.
     */
    boolean leads();
}
