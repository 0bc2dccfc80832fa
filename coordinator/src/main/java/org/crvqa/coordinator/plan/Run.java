package org.crvqa.coordinator.plan;

import org.crvqa.artifacts.ArtifactKey;

/**
 * One cell of the matrix under one seed.
 *
 * @param seed unsigned
 * @param evaluation the task that scores it
 */
public record Run(Cell cell, long seed, ArtifactKey evaluation) {}
