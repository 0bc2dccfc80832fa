package org.crvqa.coordinator.api;

import org.crvqa.coordinator.dispatch.Dispatcher;

/** What the API needs of a coordinator that has started. */
public record Coordinator(Experiments experiments, Dispatcher dispatcher, Watches watches) {}
