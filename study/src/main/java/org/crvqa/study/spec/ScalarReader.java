package org.crvqa.study.spec;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A YAML scalar as the value of a protobuf field, by the field's type rather than by YAML's own guess. */
final class ScalarReader {
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,30}");
    private static final Pattern NUMBER = Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");
    private static final List<String> NOT_TEXT = List.of("null", "~", "true", "false");

    private final Violations violations;

    ScalarReader(Violations violations) {
        this.violations = violations;
    }

    /** The value, or empty with a violation added. */
    Optional<Object> read(FieldDescriptor field, Node node, String path) {
        if (!(node instanceof ScalarNode scalar)) {
            return refuse(node, path, expected(field), "found a " + (isMap(node) ? "map" : "list"));
        }
        String text = scalar.getValue();
        boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        if (plain && text.isEmpty()) {
            return refuse(node, path, expected(field), "found nothing");
        }
        Optional<?> value = switch (field.getJavaType()) {
            case STRING -> text(text, plain);
            case BOOLEAN -> plain ? bool(text) : Optional.empty();
            case INT -> plain ? whole(text, -1L << 31, (1L << 31) - 1).map(BigInteger::intValue) : Optional.empty();
            case LONG -> plain ? unsigned(text) : Optional.empty();
            case FLOAT, DOUBLE -> plain ? number(text) : Optional.empty();
            case ENUM -> EnumNames.parse(field.getEnumType(), text);
            case BYTE_STRING, MESSAGE -> throw new IllegalStateException("No scalar: " + field.getFullName());
        };
        if (value.isEmpty()) {
            return field.getJavaType() == FieldDescriptor.JavaType.ENUM
                    ? refuseValue(field, node, path, text)
                    : refuse(node, path, expected(field), "found " + shown(text, plain));
        }
        return value.map(Object.class::cast);
    }

    static boolean isMap(Node node) {
        return node instanceof MappingNode;
    }

    private Optional<Object> refuse(Node node, String path, String expected, String found) {
        violations.invalidAt(YamlDocument.position(node), path, "expected " + expected + ", " + found);
        return Optional.empty();
    }

    private Optional<Object> refuseValue(FieldDescriptor field, Node node, String path, String text) {
        List<String> allowed = EnumNames.allowed(field.getEnumType());
        violations.invalidAt(
                YamlDocument.position(node), path, "unknown value '" + text + "'" + NearestName.hint(text, allowed));
        return Optional.empty();
    }

    private static String shown(String text, boolean plain) {
        String cut = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return plain ? "'" + cut + "'" : "the quoted text '" + cut + "'";
    }

    private static String expected(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case STRING -> "text (quote it if it looks like a number)";
            case BOOLEAN -> "true or false";
            case INT -> "a whole number in -2147483648..2147483647";
            case LONG -> "a whole number in 0..18446744073709551615";
            case FLOAT, DOUBLE -> "a number";
            case ENUM -> "one of " + String.join(", ", EnumNames.allowed(field.getEnumType()));
            case BYTE_STRING, MESSAGE -> "a map";
        };
    }

    private static Optional<String> text(String text, boolean plain) {
        boolean other = plain && (NUMBER.matcher(text).matches() || NOT_TEXT.contains(text));
        return other ? Optional.empty() : Optional.of(text);
    }

    private static Optional<Boolean> bool(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<BigInteger> whole(String text, long least, long most) {
        return integer(text)
                .filter(value -> value.compareTo(BigInteger.valueOf(least)) >= 0
                        && value.compareTo(BigInteger.valueOf(most)) <= 0);
    }

    private static Optional<Long> unsigned(String text) {
        return integer(text)
                .filter(value -> value.signum() >= 0 && value.bitLength() <= 64)
                .map(BigInteger::longValue);
    }

    private static Optional<BigInteger> integer(String text) {
        return WHOLE.matcher(text).matches() ? Optional.of(new BigInteger(text)) : Optional.empty();
    }

    private static Optional<Double> number(String text) {
        return NUMBER.matcher(text).matches()
                ? Optional.of(Double.valueOf(text)).filter(Double::isFinite)
                : Optional.empty();
    }
}
