package org.crvqa.coordinator.dispatch;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.task.v1.TaskSpec;

/**
 * What simulated tasks compute: a chain of numbers, one link a step, so that a step left out, done twice or taken from
 * another task's state shows in the result.
 */
final class SimResults {
    private static final String WORKER = "the worker";
    /** Making canonical JSON of a spec takes longer than all else of a step. */
    private static final Map<String, String> MANIFESTS = new ConcurrentHashMap<>();

    private SimResults() {}

    static long begin(String key) {
        return Long.parseUnsignedLong(key.substring(0, 16), 16);
    }

    static long next(long chain, long step) {
        long mixed = (chain ^ step) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }

    /** How many steps a task has. */
    static int steps(String key) {
        return 1 + Integer.parseInt(key.substring(20, 24), 16) % 5;
    }

    /** What an undisturbed run ends with. */
    static String expected(String key) {
        long chain = begin(key);
        for (int step = 1; step <= steps(key); step++) {
            chain = next(chain, step);
        }
        return digest(chain);
    }

    static String digest(long chain) {
        return String.format("%016x", chain).repeat(4);
    }

    /** The manifest that a worker would commit. */
    static byte[] manifest(String key, TaskSpec spec, long chain, String worker) {
        String form = MANIFESTS.computeIfAbsent(
                key + digest(chain),
                unused -> CanonicalJson.of(Manifest.newBuilder()
                        .setKey(key)
                        .setSpec(spec)
                        .addFiles(FileEntry.newBuilder()
                                .setName("result")
                                .setSizeBytes(8)
                                .setSha256(digest(chain)))
                        .setProducer(Producer.newBuilder().setWorkerId(WORKER))
                        .build()));
        return form.replace(WORKER, worker).getBytes(StandardCharsets.UTF_8);
    }

    /** A saved state, with a digest of its own. */
    static byte[] state(int steps, long chain) {
        String content = steps + " " + Long.toHexString(chain);
        return (content + " " + content.hashCode()).getBytes(StandardCharsets.UTF_8);
    }

    /** A state that was read. */
    record State(int steps, long chain) {}

    /** The state, unless its bytes are not those that were saved. */
    static Optional<State> state(byte[] stored) {
        String text = new String(stored, StandardCharsets.ISO_8859_1);
        int cut = text.lastIndexOf(' ');
        if (cut < 0
                || !text.substring(cut + 1).equals("" + text.substring(0, cut).hashCode())) {
            return Optional.empty();
        }
        String[] parts = text.substring(0, cut).split(" ", 2);
        return Optional.of(new State(Integer.parseInt(parts[0]), Long.parseUnsignedLong(parts[1], 16)));
    }
}
