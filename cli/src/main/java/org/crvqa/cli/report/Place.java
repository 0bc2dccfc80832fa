package org.crvqa.cli.report;

/** A cell. @param row its place among the rows @param column such as "test/all" */
public record Place(int row, String column) {}
