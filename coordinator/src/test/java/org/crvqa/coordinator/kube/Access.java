package org.crvqa.coordinator.kube;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request as Kubernetes' rights see it.
 *
 * @param group empty for the core API
 * @param resource with its subresource, such as {@code deployments/scale}
 * @param name empty where the request is not for one object
 */
record Access(String verb, String group, String resource, String name) {
    private static final Pattern PATH = Pattern.compile(
            "/(?:api/v1|apis/(?<group>[^/]+)/[^/]+)/namespaces/[^/]+/(?<resource>[^/]+)(?:/(?<name>[^/]+)(?<sub>/[^/]+)?)?");

    /** Everything outside of namespaces is named by its path, and has no group. */
    static Access of(String method, String pathAndQuery) {
        String[] parts = pathAndQuery.split("\\?", 2);
        String query = parts.length == 1 ? "" : "&" + parts[1];
        Matcher path = PATH.matcher(parts[0]);
        if (!path.matches()) {
            return new Access(method, "", parts[0], "");
        }
        boolean one = path.group("name") != null;
        String verb = switch (method) {
            case "GET" -> query.contains("&watch=true") ? "watch" : one ? "get" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> one ? "delete" : "deletecollection";
            default -> method;
        };
        return new Access(
                verb,
                path.group("group") == null ? "" : path.group("group"),
                path.group("resource") + (path.group("sub") == null ? "" : path.group("sub")),
                one ? path.group("name") : "");
    }
}
