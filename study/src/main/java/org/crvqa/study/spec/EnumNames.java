package org.crvqa.study.spec;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.ProtocolMessageEnum;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Enum values as experiment files write them: without their prefix, in lower case. */
public final class EnumNames {
    private EnumNames() {}

    /** The value in lower case without its prefix: {@code LOSS_KIND_LMH} is "lmh". */
    public static String of(ProtocolMessageEnum value) {
        return of(value.getValueDescriptor());
    }

    /** As {@link #of} with '-' for '_', for labels. */
    public static String dashed(ProtocolMessageEnum value) {
        return of(value).replace('_', '-');
    }

    static String of(EnumValueDescriptor value) {
        return value.getName().substring(prefix(value.getType()).length()).toLowerCase(Locale.ROOT);
    }

    /** The names of all values that may be written. */
    static List<String> allowed(EnumDescriptor type) {
        return type.getValues().stream()
                .filter(value -> value.getNumber() != 0)
                .map(EnumNames::of)
                .toList();
    }

    static Optional<EnumValueDescriptor> parse(EnumDescriptor type, String text) {
        return type.getValues().stream()
                .filter(value -> value.getNumber() != 0 && of(value).equals(text))
                .findFirst();
    }

    private static String prefix(EnumDescriptor type) {
        return type.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT) + "_";
    }
}
