package org.crvqa.coordinator.dispatch;

/**
 * Where a page of tasks begins.
 *
 * @param place in the order of the plan; in the order of change that of the last task of the page before
 * @param step in the order of change: at which that task had changed; else, and on the first page, -1
 */
public record TaskCursor(int place, long step) {
    /** Of the first page. */
    public static final TaskCursor START = new TaskCursor(0, -1);
}
