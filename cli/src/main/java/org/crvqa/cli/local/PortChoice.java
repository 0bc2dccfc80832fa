package org.crvqa.cli.local;

import java.util.List;
import java.util.function.IntFunction;

/**
 * Ports for processes that bind them seconds after they were chosen. Another program may have taken one by then; whoever
 * starts the processes asks here for others. Thread-safe.
 */
public final class PortChoice {
    private static final int MOST_CHOICES = 5;

    private final IntFunction<List<Integer>> source;
    private List<Integer> ports;
    private int choices = 1;

    private PortChoice(IntFunction<List<Integer>> source, int count) {
        this.source = source;
        this.ports = List.copyOf(source.apply(count));
    }

    /** So many ports that are free now. */
    public static PortChoice of(int count) {
        return of(count, FreePorts::take);
    }

    /** As {@link #of(int)}; {@code source} gives as many ports as it is asked for, each time others. */
    public static PortChoice of(int count, IntFunction<List<Integer>> source) {
        return new PortChoice(source, count);
    }

    /** Those to use for the next start. */
    public synchronized List<Integer> ports() {
        return ports;
    }

    /**
     * To be asked when a start failed and nothing that was started listens any more: chooses other ports if another program
     * listens on one of these. False: they are all free, so that the failure has another cause, or too many choices were in
     * vain.
     */
    public synchronized boolean replaceTaken() {
        if (choices == MOST_CHOICES || ports.stream().allMatch(FreePorts::isFree)) {
            return false;
        }
        choices++;
        ports = List.copyOf(source.apply(ports.size()));
        return true;
    }
}
