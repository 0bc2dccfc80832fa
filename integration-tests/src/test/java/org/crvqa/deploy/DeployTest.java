package org.crvqa.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold in the Kubernetes files; read as they are, so that it runs without kubectl, and rendered with it. */
class DeployTest {
    private static final Path DEPLOY = Kustomization.deployFolder();
    private static final String RENDERED = "rendered";
    private static final String AS_WRITTEN = "as written";
    private static final String COORDINATOR = "coordinator";
    private static final String LEADER = "crvqa.org/leader";
    private static final List<String> WORKERS = List.of("trainer", "pruner", "evaluator");

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
            Map<String, Object> labels = new HashMap<>(labels(workload));
            if (workload.name().equals(COORDINATOR)) {
                // The one that leads gives it to its own pod.
                labels.put(LEADER, "true");
            }
            assertThat(labels)
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
    void base_anyWorker_isFoundByTheLabelOfItsService(String how) {
        List<Resource> resources = base(how);
        assertThat(settings(resources))
                .containsEntry("CRVQA_MEMBERSHIP", "kubernetes")
                .doesNotContainKeys("CRVQA_TRAINERS", "CRVQA_PRUNERS", "CRVQA_EVALUATORS");
        for (String kind : WORKERS) {
            Resource service = named(resources, "Service", kind);
            assertThat(service.map("metadata", "labels")).containsEntry("crvqa.org/worker", kind);
            assertThat(service.list("spec", "ports"))
                    .extracting(port -> port.text("name").orElseThrow())
                    .contains("grpc");
        }
        assertThat(ofKind(resources, "Service"))
                .filteredOn(service -> service.map("metadata", "labels").containsKey("crvqa.org/worker"))
                .hasSize(WORKERS.size());
        assertThat(names(workers(resources))).containsExactlyInAnyOrderElementsOf(WORKERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_coordinators_areReachedTheLeaderAloneOrAll(String how) {
        List<Resource> resources = base(how);
        assertThat(named(resources, "Service", COORDINATOR).map("spec", "selector"))
                .containsEntry(LEADER, "true");
        Resource all = named(resources, "Service", "coordinator-all");
        Resource workload = named(resources, "Deployment", COORDINATOR);
        assertThat(all.map("spec", "selector")).isEqualTo(workload.map("spec", "selector", "matchLabels"));
        assertThat(all.at("spec", "publishNotReadyAddresses")).hasValue(true);
        assertThat(servicePorts(all)).isEqualTo(containerPorts(workload));
        assertThat(workload.container().list("env"))
                .filteredOn(variable -> variable.text("name").equals(Optional.of("CRVQA_POD_NAME")))
                .singleElement()
                .matches(variable ->
                        variable.text("valueFrom", "fieldRef", "fieldPath").equals(Optional.of("metadata.name")));
    }

    /** What the role allows is tested where it is used. */
    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_rights_areTheCoordinatorsAlone(String how) {
        List<Resource> resources = base(how);
        Resource binding = named(resources, "RoleBinding", "crvqa-coordinator");
        assertThat(named(resources, "Role", binding.text("roleRef", "name").orElseThrow())
                        .list("rules"))
                .isNotEmpty();
        assertThat(ofKind(resources, "Role")).hasSize(1);
        assertThat(ofKind(resources, "ClusterRole")).isEmpty();
        String account = binding.list("subjects").get(0).text("name").orElseThrow();
        assertThat(binding.list("subjects")).hasSize(1);
        assertThat(named(resources, "Deployment", COORDINATOR).podSpec().text("serviceAccountName"))
                .hasValue(account);
        assertThat(workers(resources))
                .extracting(
                        workers -> workers.podSpec().text("serviceAccountName").orElseThrow())
                .doesNotContain(account);
        Resource scale = named(resources, "Role", "crvqa-coordinator").list("rules").stream()
                .filter(rule -> rule.content().containsKey("resourceNames"))
                .findFirst()
                .orElseThrow();
        assertThat(scale.at("resourceNames")).hasValue(WORKERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {AS_WRITTEN, RENDERED})
    void base_anyWorker_getsMoreTimeToStopThanItDrains(String how) {
        List<Resource> resources = base(how);
        int drain =
                Integer.parseInt(settings(resources).get("CRVQA_DRAIN_SECONDS").toString());
        assertThat(workers(resources)).hasSize(3).allSatisfy(workers -> {
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
                    .hasValue(workload.name().equals(COORDINATOR));
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
        for (Resource workers : workers(resources)) {
            assertThat(labels(workers)).containsAllEntriesOf(policy.map("spec", "podSelector", "matchLabels"));
        }
        List<Resource> callers = policy.list("spec", "ingress").stream()
                .filter(rule -> rule.list("ports").stream()
                        .anyMatch(port -> port.text("port").orElse("").equals("grpc")))
                .flatMap(rule -> rule.list("from").stream())
                .toList();
        assertThat(callers).hasSize(1);
        assertThat(labels(named(resources, "Deployment", COORDINATOR)))
                .containsAllEntriesOf(callers.get(0).map("podSelector", "matchLabels"));
        assertThat(callers.get(0).map("podSelector", "matchLabels")).isNotEmpty();
    }

    @Test
    void exampleOverlay_rendered_keepsBaseSettingsAndNamesItsSecret() {
        List<Resource> resources = Kustomization.render(DEPLOY.resolve("overlays/example"));
        assertThat(settings(resources))
                .containsEntry("CRVQA_STORE", "s3://my-bucket/crvqa")
                .containsEntry("CRVQA_MEMBERSHIP", "kubernetes");
        Set<String> secrets = new HashSet<>(names(ofKind(resources, "Secret")));
        for (Resource workload : workloads(resources)) {
            assertThat(workload.container().list("envFrom").stream()
                            .map(source -> source.text("secretRef", "name").orElse(null))
                            .filter(Objects::nonNull))
                    .hasSize(1)
                    .allMatch(secrets::contains);
        }
    }

    /** The components that an installation may add, over the overlay for GPUs. */
    @Test
    void autoscaleAndKueue_rendered_scaleEveryPoolAndQueueIt(@TempDir Path folder) throws Exception {
        List<Resource> resources = together(folder, "overlays/gpu", "autoscale", "kueue");
        Map<String, Object> settings = settings(resources);
        assertThat(settings).containsEntry("CRVQA_SCALE", "on").containsEntry("CRVQA_MEMBERSHIP", "kubernetes");
        for (Resource workers : workers(resources)) {
            assertThat(settings).containsKey("CRVQA_SCALE_" + workers.name().toUpperCase(Locale.ROOT) + "_MAX");
            assertThat(workers.at("spec", "replicas"))
                    .as("replicas of %s", workers)
                    .isEmpty();
            assertThat(workers.map("metadata", "labels")).containsEntry("kueue.x-k8s.io/queue-name", "crvqa");
        }
        Resource coordinator = named(resources, "Deployment", COORDINATOR);
        assertThat(coordinator.at("spec", "replicas")).isPresent();
        assertThat(coordinator.map("metadata", "labels")).doesNotContainKey("kueue.x-k8s.io/queue-name");
    }

    @Test
    void keda_rendered_scalesWhatTheCoordinatorLeavesAlone(@TempDir Path folder) throws Exception {
        List<Resource> resources = together(folder, "base", "keda");
        assertThat(settings(resources))
                .containsEntry("CRVQA_SCALE", "on")
                .containsEntry("CRVQA_SCALE_LEAVE_ALONE", String.join(",", WORKERS));
        assertThat(ofKind(resources, "ScaledObject")).hasSize(WORKERS.size()).allSatisfy(scaled -> {
            String pool = scaled.text("spec", "scaleTargetRef", "name").orElseThrow();
            assertThat(named(workers(resources), "Deployment", pool).at("spec", "replicas"))
                    .isEmpty();
            assertThat(scaled.list("spec", "triggers").get(0).text("metadata", "query"))
                    .hasValue("max(crvqa_workers_wanted{kind=\"" + pool + "\"})");
            assertThat(scaled.text("spec", "maxReplicaCount"))
                    .isEqualTo(Optional.of(settings(resources)
                            .get("CRVQA_SCALE_" + pool.toUpperCase(Locale.ROOT) + "_MAX")
                            .toString()));
        });
    }

    private static List<Resource> together(Path folder, String resources, String... components) throws IOException {
        Path here = folder.toRealPath();
        Path deploy = DEPLOY.toRealPath();
        String list = Arrays.stream(components)
                .map(component -> "  - " + here.relativize(deploy.resolve("components/" + component)) + "\n")
                .collect(Collectors.joining());
        Files.writeString(
                here.resolve("kustomization.yaml"),
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: crvqa\nresources:\n  - "
                        + here.relativize(deploy.resolve(resources)) + "\ncomponents:\n" + list);
        return Kustomization.render(here);
    }

    static List<Resource> workers(List<Resource> resources) {
        return workloads(resources).stream()
                .filter(workload -> workload.text("metadata", "labels", "app.kubernetes.io/component")
                        .equals(Optional.of("worker")))
                .toList();
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
                .filter(variable -> variable.text("value").isPresent())
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
