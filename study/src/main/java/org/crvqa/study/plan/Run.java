package org.crvqa.study.plan;

import org.crvqa.artifacts.ArtifactKey;

/**
 * One cell of the matrix under one choice of seeds.
 *
 * @param name of the cell, as reports show it
 * @param evaluation the task that scores it
 */
public record Run(Cell cell, String name, Seeds seeds, ArtifactKey evaluation) {}
