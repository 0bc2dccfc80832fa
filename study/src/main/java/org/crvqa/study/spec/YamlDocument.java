package org.crvqa.study.spec;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * YAML text as a tree with positions. Anchors, aliases, tags and more than one document are refused: an experiment
 * needs none of them, and aliases let a short text stand for an endless tree.
 */
final class YamlDocument {
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_DEPTH = 16;
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setLabel("experiment")
            .setUseMarks(true)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MAX_BYTES)
            .build();

    private YamlDocument() {}

    /** The root, or empty with what is wrong added to {@code violations}. */
    static Optional<Node> parse(String yaml, Violations violations) {
        if (yaml.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            violations.invalidAt(
                    new Position(1, 1),
                    "",
                    "the file is larger than " + MAX_BYTES / 1024 + " KiB; an experiment is not");
            return Optional.empty();
        }
        try {
            if (!acceptable(yaml, violations)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(SETTINGS).composeString(yaml);
            if (root.isEmpty()) {
                violations.invalidAt(new Position(1, 1), "", "the file is empty; expected an experiment with 'name:'");
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            violations.invalidAt(position(e.getProblemMark()), "", "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            violations.invalidAt(new Position(1, 1), "", "not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    static Position position(Node node) {
        return position(node.getStartMark());
    }

    private static Position position(Optional<Mark> mark) {
        return mark.map(at -> new Position(at.getLine() + 1, at.getColumn() + 1))
                .orElse(new Position(1, 1));
    }

    /** The events are read without recursion, so that a deep text is refused before the composer recurses into it. */
    private static boolean acceptable(String yaml, Violations violations) {
        int depth = 0;
        int documents = 0;
        for (Event event : new Parse(SETTINGS).parseString(yaml)) {
            Position at = position(event.getStartMark());
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case DocumentStart -> documents++;
                default -> {}
            }
            Optional<String> refused = refusal(event, depth, documents);
            if (refused.isPresent()) {
                violations.invalidAt(at, "", refused.get());
                return false;
            }
        }
        return true;
    }

    private static Optional<String> refusal(Event event, int depth, int documents) {
        if (depth > MAX_DEPTH) {
            return Optional.of("nested more than " + MAX_DEPTH + " deep");
        }
        if (documents > 1) {
            return Optional.of("a second document begins; put each experiment into its own file");
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            return Optional.of("anchors (&) and aliases (*) are not allowed; write the value out");
        }
        boolean tagged = event instanceof ScalarEvent scalar && scalar.getTag().isPresent()
                || event instanceof CollectionStartEvent start && start.getTag().isPresent();
        return tagged ? Optional.of("tags (!) are not allowed; write the plain value") : Optional.empty();
    }
}
