package org.crvqa.cli.garbage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.coordinator.v1.Operation;
import org.crvqa.coordinator.v1.OperationState;

/** A collection of garbage that goes on by itself, in some lines. */
public final class OperationText {
    private static final String PREFIX = "OPERATION_STATE_";

    private OperationText() {}

    /** The lines to print. */
    public static List<String> lines(Operation operation, boolean color) {
        List<String> lines = new ArrayList<>();
        String state = operation.getState().name();
        lines.add(operation.getId() + ": "
                + (state.startsWith(PREFIX) ? state.substring(PREFIX.length()) : state).toLowerCase(Locale.ROOT));
        if (operation.getState() == OperationState.OPERATION_STATE_RUNNING) {
            lines.add("%s, %,d objects seen, %,d things so far"
                    .formatted(
                            operation.getProgress().getPhase().isEmpty()
                                    ? "beginning"
                                    : operation.getProgress().getPhase(),
                            operation.getProgress().getObjectsSeen(),
                            operation.getItems()));
        }
        if (!operation.getProblem().isEmpty()) {
            lines.add(operation.getProblem());
        }
        if (operation.getState() == OperationState.OPERATION_STATE_SUCCEEDED) {
            lines.addAll(operation.getSummary().getNotesList());
            lines.addAll(GarbageText.lines(List.of(), operation.getSummary(), color));
        }
        return lines;
    }
}
