package org.crvqa.vqa.train;

import java.util.Optional;
import java.util.function.Consumer;
import org.crvqa.artifacts.Checkpoints;
import org.crvqa.artifacts.Checkpoints.SavedState;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Torch;

/**
 * With which step training begins, and what it saves on the way. Random numbers and the order of the data are functions
 * of seed and step, so a state is what steps have changed, and training from it gives the bytes of undisturbed training.
 */
final class TrainingStates implements AutoCloseable {
    private final Torch torch;
    private final Checkpoints checkpoints;
    private final ResultFiles results;
    private final int steps;
    private final Consumer<StateFields> parts;
    private final StateMemory memory;

    /**
     * @param steps of the whole training
     * @param parts shows everything that steps change
     */
    TrainingStates(Torch torch, Checkpoints checkpoints, ResultFiles results, int steps, Consumer<StateFields> parts) {
        this.checkpoints = checkpoints;
        this.results = results;
        this.steps = steps;
        this.parts = parts;
        this.torch = torch;
        this.memory = new StateMemory(torch);
    }

    /**
     * Restores the newest state that fits. One that does not, as another version may have left it, is no reason to fail: it
     * would be there again at the next attempt.
     *
     * @return number of steps that need not be done again
     */
    int resume() {
        return checkpoints
                .resume(this::restoreUnlessUnusable)
                .map(state -> (int) state.stepsDone())
                .orElse(0);
    }

    private Optional<String> restoreUnlessUnusable(SavedState saved) {
        try {
            restore(saved);
            return Optional.empty();
        } catch (UnusableStateException e) {
            return Optional.of(e.getMessage());
        }
    }

    private void restore(SavedState saved) {
        long done = saved.stepsDone();
        if (done < 1 || done >= steps) {
            throw new UnusableStateException(
                    "A training state is of step " + done + ", expected one of 1 to " + (steps - 1));
        }
        try (StoredState state = StoredState.open(saved.files())) {
            state.restore(torch.transfer(), parts);
        }
        results.restore(saved.files());
    }

    /** Saves a state when one is due; never after the last step, when the result itself follows. */
    void stepDone(int stepsDone) {
        if (stepsDone < steps && checkpoints.isDue(stepsDone)) {
            checkpoints.save(stepsDone, () -> memory.capture(parts, results));
        }
    }

    /** To be called before what the state shows changes: a state may still have to be written out of its memory. */
    void beforeChange() {
        memory.beforeChange();
    }

    /** Frees the memory of states, once one that is being written is on disk. */
    @Override
    public void close() {
        memory.close();
    }
}
