package org.crvqa.deploy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Kubernetes resource as parsed YAML: maps, lists and scalars. */
record Resource(Map<String, Object> content) {
    String kind() {
        return text("kind").orElseThrow();
    }

    String name() {
        return text("metadata", "name").orElseThrow();
    }

    @Override
    public String toString() {
        return kind() + "/" + name();
    }

    /** What lies at the path of map keys; empty where a key is missing. */
    Optional<Object> at(String... path) {
        Object here = content;
        for (String key : path) {
            if (!(here instanceof Map<?, ?> map) || map.get(key) == null) {
                return Optional.empty();
            }
            here = map.get(key);
        }
        return Optional.of(here);
    }

    Optional<String> text(String... path) {
        return at(path).map(Object::toString);
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> map(String... path) {
        return at(path).map(value -> (Map<String, Object>) value).orElse(Map.of());
    }

    /** The maps of the list at the path, each as a resource without kind. */
    @SuppressWarnings("unchecked")
    List<Resource> list(String... path) {
        return at(path).map(value -> (List<Map<String, Object>>) value).orElse(List.of()).stream()
                .map(Resource::new)
                .toList();
    }

    Resource podSpec() {
        return new Resource(map("spec", "template", "spec"));
    }

    Resource container() {
        return podSpec().list("containers").get(0);
    }
}
