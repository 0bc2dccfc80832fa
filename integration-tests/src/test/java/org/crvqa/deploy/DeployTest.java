package org.crvqa.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold in the Kubernetes files; read as they are, so that it runs without kubectl, and rendered with it. */
class DeployTest {
    private static final Path DEPLOY = Kustomization.deployFolder();
    private static final String RENDERED = "rendered";
    private static final String AS_WRITTEN = "as written";

    private static List<Resource> base(String how) {
        return how.equals(RENDERED)
                ? Kustomization.render(DEPLOY.resolve("base"))
                : Kustomization.read(DEPLOY.resolve("base"));
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_anyWorkload_hasItsServiceAndConfiguration(String how) {
        List<Resource> resources = base(how);
        List<Resource> workloads = workloads(resources);
        assertThat(workloads).hasSize(4);
        for (Resource workload : workloads) {
            Resource service = named(resources, "Service", workload.name());
            assertThat(labels(workload))
                    .as("%s selected by its service", workload)
                    .containsAllEntriesOf(service.map("spec", "selector"))
                    .containsAllEntriesOf(workload.map("spec", "selector", "matchLabels"));
            assertThat(servicePorts(service)).as("ports of %s", service).isEqualTo(containerPorts(workload));
            String settings = workload.container()
                    .list("envFrom")
                    .get(0)
                    .text("configMapRef", "name")
                    .orElseThrow();
            assertThat(settings).startsWith("crvqa-settings");
            named(resources, "ConfigMap", settings);
            assertThat(workload.podSpec().text("serviceAccountName"))
                    .hasValueSatisfying(account -> named(resources, "ServiceAccount", account));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_workerLists_nameEveryPodOfItsStatefulSet(String how) {
        List<Resource> resources = base(how);
        Map<String, Object> settings = settings(resources);
        Map<String, String> lists =
                Map.of("trainer", "CRVQA_TRAINERS", "pruner", "CRVQA_PRUNERS", "evaluator", "CRVQA_EVALUATORS");
        lists.forEach((name, setting) -> {
            Resource workers = named(resources, "StatefulSet", name);
            assertThat(workers.text("spec", "serviceName")).hasValue(name);
            assertThat(named(resources, "Service", name).text("spec", "clusterIP"))
                    .hasValue("None");
            int replicas = Integer.parseInt(workers.text("spec", "replicas").orElseThrow());
            List<String> pods = IntStream.range(0, replicas)
                    .mapToObj(i -> name + "-" + i + "." + name + ":"
                            + containerPorts(workers).get("grpc"))
                    .toList();
            assertThat(settings.get(setting)).as(setting).isEqualTo(String.join(",", pods));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_anyWorker_getsMoreTimeToStopThanItDrains(String how) {
        List<Resource> resources = base(how);
        int drain =
                Integer.parseInt(settings(resources).get("CRVQA_DRAIN_SECONDS").toString());
        assertThat(ofKind(resources, "StatefulSet")).hasSize(3).allSatisfy(workers -> {
            int grace = Integer.parseInt(
                    workers.podSpec().text("terminationGracePeriodSeconds").orElseThrow());
            assertThat(grace).isGreaterThan(drain);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_anyPod_runsWithoutPrivilegesOnAReadOnlyRoot(String how) {
        for (Resource workload : workloads(base(how))) {
            Resource pod = workload.podSpec();
            assertThat(pod.at("automountServiceAccountToken"))
                    .as(workload.toString())
                    .hasValue(false);
            assertThat(pod.at("securityContext", "runAsNonRoot")).hasValue(true);
            assertThat(pod.text("securityContext", "seccompProfile", "type")).hasValue("RuntimeDefault");
            Resource container = workload.container();
            assertThat(container.at("securityContext", "allowPrivilegeEscalation"))
                    .hasValue(false);
            assertThat(container.at("securityContext", "readOnlyRootFilesystem"))
                    .hasValue(true);
            assertThat(container.at("securityContext", "capabilities", "drop")).hasValue(List.of("ALL"));
            assertThat(names(container.list("volumeMounts"))).containsAll(names(pod.list("volumes")));
            assertThat(environment(container).get("CRVQA_CACHE")).isEqualTo("/cache");
            assertThat(container.map("resources", "requests")).containsKeys("cpu", "memory");
            assertThat(container.map("resources", "limits")).containsKeys("cpu", "memory");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_anyProbe_asksAPortThatTheProcessListensOn(String how) {
        for (Resource workload : workloads(base(how))) {
            Resource container = workload.container();
            Map<String, Integer> ports = containerPorts(workload);
            assertThat(environment(container))
                    .containsEntry("CRVQA_GRPC_PORT", ports.get("grpc").toString())
                    .containsEntry("CRVQA_HTTP_PORT", ports.get("http").toString());
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                Optional<Object> port = container.at(probe, "httpGet", "port");
                port.ifPresentOrElse(
                        name -> assertThat(name).as("%s of %s", probe, workload).isEqualTo("http"),
                        () -> assertThat(container.at(probe, "grpc", "port")).hasValue(ports.get("grpc")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_anyImage_hasADockerfileWithTheSamePorts(String how) throws Exception {
        for (Resource workload : workloads(base(how))) {
            String image = workload.container().text("image").orElseThrow();
            String service = image.substring(image.indexOf('/') + 1, image.indexOf(':'));
            String dockerfile = Files.readString(DEPLOY.resolve("docker/" + service + ".Dockerfile"));
            Map<String, Integer> ports = containerPorts(workload);
            assertThat(dockerfile)
                    .contains("EXPOSE " + ports.get("grpc") + " " + ports.get("http"))
                    .contains("COPY run-service.sh /app/")
                    .contains("ENTRYPOINT [\"sh\", \"/app/run-service.sh\", \"java\", ")
                    .contains("\"-XX:+CrashOnOutOfMemoryError\", \"-XX:-CreateCoredumpOnCrash\"")
                    .contains("USER "
                            + workload.podSpec()
                                    .text("securityContext", "runAsUser")
                                    .orElseThrow() + ":");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_networkPolicies_letOnlyTheCoordinatorGiveWorkersWork(String how) {
        List<Resource> resources = base(how);
        assertThat(named(resources, "NetworkPolicy", "deny-by-default").map("spec", "podSelector"))
                .isEmpty();
        Resource policy = named(resources, "NetworkPolicy", "workers");
        for (Resource workers : ofKind(resources, "StatefulSet")) {
            assertThat(labels(workers)).containsAllEntriesOf(policy.map("spec", "podSelector", "matchLabels"));
        }
        List<Resource> callers = policy.list("spec", "ingress").stream()
                .filter(rule -> rule.list("ports").stream()
                        .anyMatch(port -> port.text("port").orElse("").equals("grpc")))
                .flatMap(rule -> rule.list("from").stream())
                .toList();
        assertThat(callers).hasSize(1);
        assertThat(labels(named(resources, "Deployment", "coordinator")))
                .containsAllEntriesOf(callers.get(0).map("podSelector", "matchLabels"));
        assertThat(callers.get(0).map("podSelector", "matchLabels")).isNotEmpty();
    }

    @Test
    void exampleOverlay_rendered_keepsBaseSettingsAndNamesItsSecret() {
        List<Resource> resources = Kustomization.render(DEPLOY.resolve("overlays/example"));
        assertThat(settings(resources))
                .containsEntry("CRVQA_STORE", "s3://my-bucket/crvqa")
                .containsKey("CRVQA_TRAINERS");
        Set<String> secrets = new HashSet<>(names(ofKind(resources, "Secret")));
        for (Resource workload : workloads(resources)) {
            assertThat(workload.container().list("envFrom").stream()
                            .map(source -> source.text("secretRef", "name").orElse(null))
                            .filter(Objects::nonNull))
                    .hasSize(1)
                    .allMatch(secrets::contains);
        }
    }

    static List<Resource> workloads(List<Resource> resources) {
        List<Resource> workloads = new ArrayList<>(ofKind(resources, "Deployment"));
        workloads.addAll(ofKind(resources, "StatefulSet"));
        return workloads;
    }

    static List<Resource> ofKind(List<Resource> resources, String kind) {
        return resources.stream()
                .filter(resource -> resource.kind().equals(kind))
                .toList();
    }

    private static Resource named(List<Resource> resources, String kind, String name) {
        List<Resource> found = ofKind(resources, kind).stream()
                .filter(resource -> resource.name().equals(name))
                .toList();
        assertThat(found).as("%s/%s", kind, name).hasSize(1);
        return found.get(0);
    }

    private static Map<String, Object> labels(Resource workload) {
        return workload.map("spec", "template", "metadata", "labels");
    }

    static Map<String, Object> settings(List<Resource> resources) {
        return ofKind(resources, "ConfigMap").get(0).map("data");
    }

    static List<String> names(List<Resource> items) {
        return items.stream()
                .map(item -> item.text("name")
                        .or(() -> item.text("metadata", "name"))
                        .orElseThrow())
                .toList();
    }

    static Map<String, String> environment(Resource container) {
        return container.list("env").stream()
                .collect(Collectors.toMap(
                        variable -> variable.text("name").orElseThrow(),
                        variable -> variable.text("value").orElseThrow()));
    }

    private static Map<String, Integer> containerPorts(Resource workload) {
        return workload.container().list("ports").stream()
                .collect(Collectors.toMap(
                        port -> port.text("name").orElseThrow(),
                        port -> Integer.valueOf(port.text("containerPort").orElseThrow())));
    }

    private static Map<String, Integer> servicePorts(Resource service) {
        return service.list("spec", "ports").stream()
                .collect(Collectors.toMap(
                        port -> port.text("targetPort").orElseThrow(),
                        port -> Integer.valueOf(port.text("port").orElseThrow())));
    }
}
