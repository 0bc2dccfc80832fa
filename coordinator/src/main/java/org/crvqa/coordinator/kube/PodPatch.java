package org.crvqa.coordinator.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * Changes one label or annotation of a pod, and nothing else, without reading the pod first. Every method blocks, throws {@link
 * KubernetesClientException}, and says whether there is such a pod.
 */
final class PodPatch {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final String namespace;

    PodPatch(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    boolean annotate(String pod, String name, String value) {
        return patch(pod, "annotations", name, Optional.of(value));
    }

    boolean label(String pod, String name, Optional<String> value) {
        return patch(pod, "labels", name, value);
    }

    private boolean patch(String name, String field, String key, Optional<String> value) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build();
        try {
            client.pods()
                    .inNamespace(namespace)
                    .resource(pod)
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            JSON.writeValueAsString(Map.of(
                                    "metadata", Map.of(field, Collections.singletonMap(key, value.orElse(null))))));
            return true;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts is always JSON", e);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}
