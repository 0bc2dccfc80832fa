package org.crvqa.vqa.mask;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.crvqa.vqa.model.Modality;
import org.crvqa.vqa.model.ModelConfig;

/**
 * Which share of the masked weights is zero, by modality; a bias counts where its matrix does, the answer head on its
 * own. Not thread-safe.
 */
public final class ZeroShares {
    private final ModelConfig config;
    /** Zeros and all weights by part. */
    private final Map<String, long[]> counts = new TreeMap<>();

    private long zeros;
    private long all;

    public ZeroShares(ModelConfig config) {
        this.config = config;
    }

    /** Adds a masked tensor of {@code size} weights, of which so many stay. */
    public void add(String name, long kept, long size) {
        String part = MaskTargets.modality(config, name).map(Modality::name).orElse("head");
        long[] count = counts.computeIfAbsent(part.toLowerCase(Locale.ROOT), modality -> new long[2]);
        count[0] += size - kept;
        count[1] += size;
        zeros += size - kept;
        all += size;
    }

    /** Adds a masked tensor by its mask: 1 where a weight stays. */
    public void add(String name, byte[] mask) {
        long kept = 0;
        for (byte stays : mask) {
            kept += stays;
        }
        add(name, kept, mask.length);
    }

    /** Zeros of all tensors. */
    long zeros() {
        return zeros;
    }

    /** {@code zeros/<modality>}, {@code zeros/head} where the answer head is masked, {@code zeros/all}: fractions. */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new TreeMap<>();
        counts.forEach((part, count) -> metrics.put("zeros/" + part, count[0] / (double) count[1]));
        metrics.put("zeros/all", zeros / (double) all);
        return metrics;
    }
}
