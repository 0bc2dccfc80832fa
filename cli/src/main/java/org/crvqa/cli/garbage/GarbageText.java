package org.crvqa.cli.garbage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.console.Table;
import org.crvqa.cli.experiment.Json;
import org.crvqa.coordinator.v1.GarbageItem;
import org.crvqa.coordinator.v1.GarbageKind;
import org.crvqa.coordinator.v1.GarbageSummary;

/** A collection as a table or as JSON. */
public final class GarbageText {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private GarbageText() {}

    /** A line for each kind, and how much it is in all. */
    public static List<String> lines(List<GarbageItem> items, GarbageSummary summary, boolean color) {
        Table table = Table.of(List.of("What", ">Things", ">Objects", ">Bytes"));
        for (GarbageKind kind : GarbageKind.values()) {
            List<GarbageItem> ofKind = items.stream()
                    .filter(item -> item.getKind() == kind)
                    .filter(item -> item.getRemoved() || !summary.getApplied())
                    .toList();
            if (!ofKind.isEmpty()) {
                table.row(List.of(
                        words(kind),
                        number(ofKind.size()),
                        number(ofKind.stream()
                                .mapToLong(GarbageItem::getObjects)
                                .sum()),
                        number(ofKind.stream()
                                .mapToLong(GarbageItem::getSizeBytes)
                                .sum())));
            }
        }
        List<String> lines = new ArrayList<>();
        if (summary.getItems() > 0) {
            table.row(List.of(
                    "all", number(summary.getItems()), number(summary.getObjects()), number(summary.getSizeBytes())));
            lines.addAll(table.lines(color));
        }
        lines.add(verdict(items, summary));
        return lines;
    }

    /** One thing: what, how much and why. */
    public static String line(GarbageItem item, boolean applied) {
        String done = item.getRemoved() ? "removed" : applied ? "kept, somebody needs it now:" : "would remove";
        return String.format(
                Locale.ROOT,
                "%s %s (%,d objects, %,d bytes): %s",
                done,
                item.getName(),
                item.getObjects(),
                item.getSizeBytes(),
                item.getReason());
    }

    /** JSON text. */
    public static String json(List<GarbageItem> items, GarbageSummary summary) {
        try {
            ObjectNode root = JSON.createObjectNode();
            root.set("summary", JSON.readTree(Json.of(summary)));
            ArrayNode list = root.putArray("items");
            for (GarbageItem item : items) {
                list.add(JSON.readTree(Json.of(item)));
            }
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Messages have a JSON form", e);
        }
    }

    private static String verdict(List<GarbageItem> items, GarbageSummary summary) {
        String kept = number(summary.getArtifactsKept()) + " artifacts stay";
        if (!summary.getApplied()) {
            return summary.getItems() == 0
                    ? "nothing to remove; " + kept
                    : "nothing was removed, this is what --apply would remove; " + kept;
        }
        long spared = items.stream().filter(item -> !item.getRemoved()).count();
        return (summary.getItems() == 0 ? "nothing was removed; " : "removed; ")
                + kept
                + (spared == 0 ? "" : "; " + spared + " things were spared, because somebody began to need them");
    }

    private static String words(GarbageKind kind) {
        return switch (kind) {
            case GARBAGE_KIND_FINISHED_STATE -> "states of finished tasks";
            case GARBAGE_KIND_UNKNOWN_TASK -> "tasks that no experiment has";
            case GARBAGE_KIND_ORPHAN_FILES -> "files without a manifest";
            case GARBAGE_KIND_UNNAMED_ARTIFACT -> "artifacts that nothing needs";
            case GARBAGE_KIND_STALE_UPLOAD -> "leftovers of uploads";
            case GARBAGE_KIND_STALE_PIN -> "pins of readers that are gone";
            case GARBAGE_KIND_DISCARDED -> "discarded corrupt artifacts";
            case GARBAGE_KIND_UNSPECIFIED, UNRECOGNIZED -> "of a kind that this version does not know";
        };
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
