package org.crvqa.artifacts.store;

/** Opens stores. */
public final class ObjectStores {
    private ObjectStores() {}

    /**
     * Opens the store and {@linkplain CreateIfAbsentProbe probes} that create-if-absent holds. The caller closes it.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the location is not one of {@code file:///dir},
     *     {@code s3://bucket/prefix}, or the store does not keep create-if-absent
     * @throws StoreException when it cannot be reached
     */
    public static ObjectStore open(StoreSettings settings) {
        throw new UnsupportedOperationException("being written: " + settings);
    }
}
