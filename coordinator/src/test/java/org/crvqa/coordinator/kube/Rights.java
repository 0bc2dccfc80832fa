package org.crvqa.coordinator.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The rights of a role, taken apart: one for each verb, resource and name. Empty name: any. */
record Rights(List<Access> all) {
    /** Of the coordinator, as deploy/base grants them. */
    static Rights ofTheCoordinator() {
        Path folder = Stream.iterate(Path.of("").toAbsolutePath(), here -> here != null, Path::getParent)
                .map(here -> here.resolve("deploy/base"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        try {
            List<Access> all = new ArrayList<>();
            for (Object document : new Load(LoadSettings.builder().build())
                    .loadAllFromString(Files.readString(folder.resolve("coordinator-rights.yaml")))) {
                Map<?, ?> resource = (Map<?, ?>) document;
                if ("Role".equals(resource.get("kind"))) {
                    ((List<?>) resource.get("rules")).forEach(rule -> all.addAll(rule((Map<?, ?>) rule)));
                }
            }
            return new Rights(List.copyOf(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Access> rule(Map<?, ?> rule) {
        List<Access> all = new ArrayList<>();
        for (String group : texts(rule, "apiGroups")) {
            for (String resource : texts(rule, "resources")) {
                for (String verb : texts(rule, "verbs")) {
                    List<String> names = texts(rule, "resourceNames");
                    for (String name : names.isEmpty() ? List.of("") : names) {
                        all.add(new Access(verb, group, resource, name));
                    }
                }
            }
        }
        return all;
    }

    private static List<String> texts(Map<?, ?> rule, String key) {
        Object list = rule.get(key);
        return list == null
                ? List.of()
                : ((List<?>) list).stream().map(Object::toString).toList();
    }

    Rights without(Access right) {
        return new Rights(all.stream().filter(one -> !one.equals(right)).toList());
    }

    boolean allow(Access access) {
        return all.stream().anyMatch(right -> covers(right, access));
    }

    static boolean covers(Access right, Access access) {
        return right.verb().equals(access.verb())
                && right.group().equals(access.group())
                && right.resource().equals(access.resource())
                && (right.name().isEmpty() || right.name().equals(access.name()));
    }
}
