package org.crvqa.cli.local;

import java.time.Duration;

/**
 * How long to wait before a process that died is started again.
 *
 * @param first after the first death; doubled for each further one in a row
 * @param longest the most
 * @param steady a process that lived so long starts the count anew
 */
record RestartBackoff(Duration first, Duration longest, Duration steady) {
    static final RestartBackoff USUAL =
            new RestartBackoff(Duration.ofMillis(500), Duration.ofSeconds(15), Duration.ofSeconds(30));

    /** The wait after so many deaths in a row, from 1. */
    Duration afterDeaths(int deaths) {
        long factor = 1L << Math.min(deaths - 1, 20);
        Duration wait = first.multipliedBy(factor);
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
