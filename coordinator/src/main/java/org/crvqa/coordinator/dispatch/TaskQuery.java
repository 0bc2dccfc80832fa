package org.crvqa.coordinator.dispatch;

/**
 * A page of an experiment's tasks.
 *
 * @param newestFirst those that changed last come first; else the order of the plan
 * @param most tasks on the page, at least 1
 * @param full with progress, failure and note
 */
public record TaskQuery(TaskFilter filter, boolean newestFirst, TaskCursor from, int most, boolean full) {}
