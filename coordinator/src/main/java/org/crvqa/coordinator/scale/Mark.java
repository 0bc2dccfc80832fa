package org.crvqa.coordinator.scale;

/** What a pod of a pool that shrinks is told, so that the cluster takes away the right ones. */
public enum Mark {
    /** It has nothing to do and gets nothing any more. */
    FIRST_TO_GO,
    /** It works, or may do so. */
    KEEP
}
