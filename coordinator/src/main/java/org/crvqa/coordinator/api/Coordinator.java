package org.crvqa.coordinator.api;

import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.Leadership;

/** What the API needs of a coordinator that leads. */
public record Coordinator(Experiments experiments, Dispatcher dispatcher, Watches watches, Leadership leadership) {}
