package org.crvqa.coordinator.plan;

import org.crvqa.artifacts.ArtifactKey;

/**
 * One cell of the matrix under one choice of seeds.
 *
 * @param evaluation the task that scores it
 */
public record Run(Cell cell, Seeds seeds, ArtifactKey evaluation) {}
