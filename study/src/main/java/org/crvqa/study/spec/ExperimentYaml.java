package org.crvqa.study.spec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.experiment.v1.Experiment;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads an experiment file by the descriptor of its message: the keys are the fields, so that a new field of the proto
 * is a new key of the file. Whatever is not expected is an error with its line and column.
 */
public final class ExperimentYaml {
    private final Map<String, Position> positions = new HashMap<>();
    private final Violations violations = new Violations(positions);
    private final ScalarReader scalars = new ScalarReader(violations);

    private ExperimentYaml() {}

    /**
     * What could be read.
     *
     * @param experiment with unset fields where the file is wrong
     * @param violations what is wrong so far; later checks add to it and find the positions of keys there
     */
    public record Parsed(Experiment experiment, Violations violations) {}

    /** Reads the text of an experiment file. @throws InvalidExperimentException when it is not YAML at all */
    public static Parsed parse(String yaml) {
        ExperimentYaml reader = new ExperimentYaml();
        Experiment.Builder experiment = Experiment.newBuilder();
        Optional<Node> root = YamlDocument.parse(yaml, reader.violations);
        if (root.isEmpty()) {
            reader.violations.throwIfAny();
        }
        root.ifPresent(node -> reader.message(node, experiment, ""));
        reader.violations.endOfReading();
        return new Parsed(experiment.build(), reader.violations);
    }

    private void message(Node node, Message.Builder target, String path) {
        if (!(node instanceof MappingNode map)) {
            String found = node instanceof SequenceNode ? "a list" : "'" + ((ScalarNode) node).getValue() + "'";
            violations.invalidAt(YamlDocument.position(node), path, "expected a map of keys, found " + found);
            return;
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : map.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                violations.invalidAt(YamlDocument.position(entry.getKeyNode()), path, "a key must be a word");
                continue;
            }
            entry(key, entry.getValueNode(), target, path, seen);
        }
    }

    private void entry(ScalarNode key, Node value, Message.Builder target, String parent, Set<String> seen) {
        Descriptor type = target.getDescriptorForType();
        Position position = YamlDocument.position(key);
        FieldDescriptor field = type.findFieldByName(key.getValue());
        if (field == null) {
            List<String> allowed =
                    type.getFields().stream().map(FieldDescriptor::getName).toList();
            violations.invalidAt(
                    position,
                    parent,
                    "unknown key '" + key.getValue() + "'" + NearestName.hint(key.getValue(), allowed));
            return;
        }
        String path = parent.isEmpty() ? field.getName() : parent + "." + field.getName();
        if (!seen.add(field.getName())) {
            violations.invalidAt(position, path, "the key is given twice; keep one");
            return;
        }
        positions.put(path, YamlDocument.position(value));
        if (field.isRepeated()) {
            list(field, value, target, path);
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            message(value, target.getFieldBuilder(field), path);
        } else {
            scalars.read(field, value, path).ifPresent(scalar -> target.setField(field, scalar));
        }
    }

    private void list(FieldDescriptor field, Node node, Message.Builder target, String path) {
        if (!(node instanceof SequenceNode sequence)) {
            violations.invalidAt(YamlDocument.position(node), path, "expected a list, such as [a, b]");
            return;
        }
        int index = 0;
        for (Node item : sequence.getValue()) {
            String at = path + "[" + index++ + "]";
            positions.put(at, YamlDocument.position(item));
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                Message.Builder element = target.newBuilderForField(field);
                message(item, element, at);
                target.addRepeatedField(field, element.build());
            } else {
                scalars.read(field, item, at).ifPresent(scalar -> target.addRepeatedField(field, scalar));
            }
        }
    }
}
