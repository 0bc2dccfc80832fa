package org.crvqa.cli.provenance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Hardware;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;

/** A chain as a tree: under each artifact what it was made of. */
public final class ProvenanceText {
    private static final String BRANCH = "├─ ";
    private static final String LAST = "└─ ";
    private static final double GIBIBYTE = 1 << 30;

    private final Provenance provenance;
    private final boolean verified;
    private final List<String> lines = new ArrayList<>();
    private final Set<ArtifactKey> shown = new HashSet<>();

    private ProvenanceText(Provenance provenance, boolean verified) {
        this.provenance = provenance;
        this.verified = verified;
    }

    /** The tree, and the verdict last; {@code verified}: whether bytes of files were compared. */
    public static List<String> lines(Provenance provenance, boolean verified) {
        ProvenanceText text = new ProvenanceText(provenance, verified);
        text.node(provenance.root(), "", "");
        text.verdict();
        return text.lines;
    }

    private void node(ArtifactKey key, String head, String indent) {
        ProvenanceNode node = provenance.nodes().get(key);
        String kind = node.manifest()
                .map(manifest -> SpecText.kind(manifest.getSpec()))
                .orElse("cannot be read");
        if (!shown.add(key)) {
            lines.add(head + kind + " " + key.abbreviated() + " (shown above)");
            return;
        }
        lines.add(head + kind + " " + key);
        List<ArtifactKey> inputs = node.inputs();
        String below = indent + (inputs.isEmpty() ? "     " : "│    ");
        node.manifest().ifPresent(manifest -> details(node, manifest, below));
        node.problems().forEach(problem -> lines.add(below + "NOT AS IT WAS MADE: " + problem));
        for (int i = 0; i < inputs.size(); i++) {
            boolean last = i == inputs.size() - 1;
            node(inputs.get(i), indent + (last ? LAST : BRANCH), indent + (last ? "   " : "│  "));
        }
    }

    private void details(ProvenanceNode node, Manifest manifest, String below) {
        SpecText.essentials(manifest.getSpec()).forEach(line -> lines.add(below + line));
        long bytes = manifest.getFilesList().stream()
                .mapToLong(FileEntry::getSizeBytes)
                .sum();
        lines.add(below + String.format(Locale.ROOT, "%d files, %,d bytes", manifest.getFilesCount(), bytes));
        producer(manifest.getProducer(), below);
        node.attempts().forEach(attempt -> lines.add(below + attempt(attempt, manifest.getProducer())));
    }

    private void producer(Producer producer, String below) {
        lines.add(below + "made by " + or(producer.getComponent(), "an unknown program") + " "
                + or(producer.getVersion(), "of an unknown version") + ", revision "
                + or(producer.getCodeRevision(), "unknown"));
        if (!producer.getDevice().isEmpty()) {
            lines.add(below + "on " + producer.getDevice() + hardware(producer.getHardware()) + ", "
                    + producer.getThreads() + " threads"
                    + (producer.getWorkerId().isEmpty() ? "" : ", worker " + producer.getWorkerId()));
        }
        if (producer.getLibrariesCount() > 0) {
            lines.add(below + "with "
                    + producer.getLibrariesMap().entrySet().stream()
                            .sorted(java.util.Map.Entry.comparingByKey())
                            .map(library -> library.getKey() + " " + library.getValue())
                            .collect(Collectors.joining(", ")));
        }
        if (producer.hasStarted() && producer.hasFinished()) {
            lines.add(below + times(producer));
        }
        if (producer.getResumedStep() > 0) {
            lines.add(below + "resumed at step " + producer.getResumedStep() + ", which attempt "
                    + producer.getResumedFromAttempt() + " had saved");
        }
    }

    private static String hardware(Hardware hardware) {
        List<String> words = new ArrayList<>();
        if (!hardware.getName().isEmpty()) {
            words.add(hardware.getName());
        }
        if (hardware.getMemoryBytes() > 0) {
            words.add(String.format(Locale.ROOT, "%.1f GiB", hardware.getMemoryBytes() / GIBIBYTE));
        }
        if (!hardware.getDriverVersion().isEmpty()) {
            words.add("driver " + hardware.getDriverVersion());
        }
        if (!hardware.getCudaFlavor().isEmpty()) {
            words.add("libtorch for " + hardware.getCudaFlavor());
        }
        return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
    }

    private static String times(Producer producer) {
        Instant started = instant(producer.getStarted());
        Instant finished = instant(producer.getFinished());
        double wall = Duration.between(started, finished).toMillis() / 1000.0;
        return String.format(
                Locale.ROOT,
                "from %s to %s: %.1f s%s",
                started,
                finished,
                wall,
                producer.getDeviceSeconds() > 0
                        ? String.format(Locale.ROOT, ", %.1f s of them on the device", producer.getDeviceSeconds())
                        : "");
    }

    private static String attempt(AttemptRecord attempt, Producer producer) {
        String worker = attempt.claim().getOrDefault("worker", "");
        String ended = attempt.number() == producer.getAttempt()
                ? "made this artifact"
                : attempt.outcome().getOrDefault("outcome", "nothing more was heard of it");
        String cause = attempt.outcome().getOrDefault("cause", "");
        return "attempt " + attempt.number() + (worker.isEmpty() ? "" : " by " + worker) + ": " + ended
                + (cause.isEmpty() ? "" : " (" + cause + ")");
    }

    private void verdict() {
        List<String> problems = provenance.problems();
        int artifacts = provenance.nodes().size();
        lines.add("");
        if (!problems.isEmpty()) {
            lines.add("NOT VERIFIED: " + problems.size() + " of the things looked at are not as they were made");
            return;
        }
        long bytes = provenance.nodes().values().stream()
                .mapToLong(ProvenanceNode::verifiedBytes)
                .sum();
        lines.add(
                verified
                        ? String.format(Locale.ROOT, "verified: %d artifacts, %,d bytes of files", artifacts, bytes)
                        : "verified: keys, specs and inputs of " + artifacts + " artifacts; files were not read");
    }

    private static Instant instant(com.google.protobuf.Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
