package org.crvqa.coordinator.kube;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;

/** Endpoint slices as Kubernetes' own controller writes them. */
final class Slices {
    private Slices() {}

    static EndpointSlice slice(String name, String worker, int port, Endpoint... endpoints) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(KubeServer.NAMESPACE)
                .addToLabels("kubernetes.io/service-name", worker)
                .addToLabels("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
                .addToLabels(Labels.WORKER, worker)
                .endMetadata()
                .withAddressType("IPv4")
                .withEndpoints(endpoints)
                .addNewPort()
                .withName("grpc")
                .withPort(port)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("http")
                .withPort(port - 1000)
                .withProtocol("TCP")
                .endPort()
                .build();
    }

    /** As of a pod that is ready. */
    static Endpoint pod(String name, String address) {
        return pod(name, address, true, true, false);
    }

    static Endpoint pod(String name, String address, Boolean ready, Boolean serving, Boolean terminating) {
        return new EndpointBuilder()
                .withAddresses(address)
                .withNewConditions(ready, serving, terminating)
                .withNewTargetRef()
                .withKind("Pod")
                .withName(name)
                .withNamespace(KubeServer.NAMESPACE)
                .withUid("uid-" + name)
                .endTargetRef()
                .build();
    }

    static EndpointSlice with(EndpointSlice slice, Endpoint... endpoints) {
        return new EndpointSliceBuilder(slice).withEndpoints(List.of(endpoints)).build();
    }

    static EndpointSlice version(EndpointSlice slice, long version) {
        return new EndpointSliceBuilder(slice)
                .editMetadata()
                .withResourceVersion(Long.toString(version))
                .endMetadata()
                .build();
    }
}
