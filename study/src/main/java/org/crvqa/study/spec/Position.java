package org.crvqa.study.spec;

/** A place in an experiment file, both counted from 1. */
public record Position(int line, int column) {
    @Override
    public String toString() {
        return "line " + line + ", column " + column;
    }
}
