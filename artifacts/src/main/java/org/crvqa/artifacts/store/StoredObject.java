package org.crvqa.artifacts.store;

import java.time.Instant;

/**
 * An object as a listing of the store shows it.
 *
 * @param sizeBytes of its content
 * @param modified when it was written, by the store's own clock
 */
public record StoredObject(String name, long sizeBytes, Instant modified) {}
