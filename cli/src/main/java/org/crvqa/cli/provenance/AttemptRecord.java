package org.crvqa.cli.provenance;

import java.util.Map;

/**
 * What the store kept of an attempt.
 *
 * @param claim who took it, and when
 * @param outcome how it ended; empty for the one that made the artifact, and for one of which nothing more was heard
 */
record AttemptRecord(int number, Map<String, String> claim, Map<String, String> outcome) {
    AttemptRecord {
        claim = Map.copyOf(claim);
        outcome = Map.copyOf(outcome);
    }
}
