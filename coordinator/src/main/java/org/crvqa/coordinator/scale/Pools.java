package org.crvqa.coordinator.scale;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pools of workers as the cluster has them. Blocks, for some seconds at most. Every method throws {@link PoolException}
 * when the cluster cannot be asked or refuses; then nothing is known to have changed, and the next look tells.
 */
public interface Pools {
    /** What a pool is asked to have; empty when there is no such pool. */
    Optional<Size> size(PoolName pool);

    /**
     * Asks for {@code to} workers, provided that {@code from} is still what the pool is asked to have.
     *
     * @throws PoolException also when somebody else has changed it
     */
    void resize(PoolName pool, Size from, int to);

    /**
     * Marks pods by name.
     *
     * @return those that the cluster has confirmed, or does not know any more; the others are to be tried again
     */
    Set<String> mark(Map<String, Mark> marks);

    /**
     * How large a pool is asked to be.
     *
     * @param version of the pool, by which {@link #resize} notices that somebody else has changed it
     */
    record Size(int workers, String version) {}
}
