package org.crvqa.study.attempt;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;

/**
 * How an artifact came to be, as its manifest says.
 *
 * @param began when the attempt began that made it, in milliseconds since 1970
 * @param ended when it was made
 * @param attempt that made it; 0: not known
 */
public record Making(long began, long ended, int attempt) {
    /** Empty where the manifest does not say. */
    public static Optional<Making> of(Manifest manifest) {
        if (!manifest.hasProducer()) {
            return Optional.empty();
        }
        Producer producer = manifest.getProducer();
        return Optional.of(
                new Making(millis(producer.getStarted()), millis(producer.getFinished()), producer.getAttempt()));
    }

    /** What somebody wrote who is not trusted to know the limits of a time. */
    private static long millis(Timestamp time) {
        return Timestamps.isValid(time) ? Math.max(0, Timestamps.toMillis(time)) : 0;
    }

    /** How long it took; empty where that makes no sense. */
    public Optional<Duration> took() {
        return ended < began ? Optional.empty() : Optional.of(Duration.ofMillis(ended - began));
    }
}
