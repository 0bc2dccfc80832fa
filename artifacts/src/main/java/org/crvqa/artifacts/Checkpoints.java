package org.crvqa.artifacts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where a running task keeps resumable states, as it sees it: it asks once where to begin, and after every step whether a
 * state is due. How often that is, and where states lie, is the business of whoever runs the task. Called from the thread
 * that computes.
 */
public interface Checkpoints {
    /** Nothing is kept: every attempt begins with the first step. */
    Checkpoints NONE = new Checkpoints() {
        @Override
        public Optional<SavedState> resume(Function<SavedState, Optional<String>> taker) {
            return Optional.empty();
        }

        @Override
        public boolean isDue(long stepsDone) {
            return false;
        }

        @Override
        public void save(long stepsDone, Supplier<StateFiles> capture) {
            throw new IllegalStateException("No state is ever due here");
        }
    };

    /**
     * A committed state whose files are local and verified; they stay until whoever it was offered to has answered.
     *
     * @param stepsDone steps that need not be done again
     */
    record SavedState(long stepsDone, Map<String, Path> files) {
        public SavedState {
            files = Map.copyOf(files);
        }
    }

    /** A state held in memory, which training no longer changes. */
    @FunctionalInterface
    interface StateFiles {
        /** Writes the state's files into an empty folder. Called once, on another thread than the one that trains. */
        void write(Path folder) throws IOException;
    }

    /**
     * Offers saved states, newest first, until one is taken, which is returned. To be called once, before the first step.
     *
     * @param taker begins with a state; says why, and changes nothing, where it is of no use
     */
    Optional<SavedState> resume(Function<SavedState, Optional<String>> taker);

    /**
     * Whether a state is to be saved now that so many steps are done. Never while an earlier one is still being written,
     * so that there is one copy in memory at most; always, once, when the process is about to stop.
     */
    boolean isDue(long stepsDone);

    /**
     * Saves a state. {@code capture} copies it into memory, at once and on this thread: training stands still for that
     * long. Writing and upload follow on another thread, except when the process is about to stop: then this returns when
     * the state is committed. A state that cannot be stored is no failure of the task.
     */
    void save(long stepsDone, Supplier<StateFiles> capture);
}
