package org.crvqa.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.deploy.DeployTest.environment;
import static org.crvqa.deploy.DeployTest.names;
import static org.crvqa.deploy.DeployTest.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.crvqa.cli.local.TorchLibraries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold in the overlay for GPUs, rendered by kubectl, and in the workers' Dockerfiles. */
class GpuDeployTest {
    private static final Path DEPLOY = Kustomization.deployFolder();
    private static final String TRAINER = "trainer-service";

    private static List<Resource> rendered() {
        return Kustomization.render(DEPLOY.resolve("overlays/gpu"));
    }

    private static List<Resource> workers() {
        List<Resource> workers = DeployTest.workers(rendered());
        assertThat(workers).hasSize(3);
        return workers;
    }

    @Test
    void overlay_anyWorker_getsOneGpuOnANodeThatIsKeptForThem() {
        for (Resource worker : workers()) {
            assertThat(worker.container().text("resources", "limits", "nvidia.com/gpu"))
                    .hasValue("1");
            assertThat(environment(worker.container()))
                    .containsEntry("CRVQA_DEVICE", "gpu:0")
                    .containsKey("CRVQA_GRPC_PORT");
            assertThat(worker.container().text("image"))
                    .hasValueSatisfying(image -> assertThat(image).endsWith("-gpu"));
            assertThat(worker.podSpec().list("tolerations"))
                    .anySatisfy(toleration -> assertThat(toleration.content())
                            .containsEntry("key", "nvidia.com/gpu")
                            .containsEntry("effect", "NoSchedule"));
        }
    }

    @Test
    void overlay_anyWorker_keepsTheBasesSecurityAndVolumes() {
        for (Resource worker : workers()) {
            Resource container = worker.container();
            assertThat(worker.podSpec().at("securityContext", "runAsNonRoot")).hasValue(true);
            assertThat(container.at("securityContext", "readOnlyRootFilesystem"))
                    .hasValue(true);
            assertThat(container.at("securityContext", "allowPrivilegeEscalation"))
                    .hasValue(false);
            assertThat(container.at("securityContext", "capabilities", "drop")).hasValue(List.of("ALL"));
            assertThat(names(worker.podSpec().list("volumes")))
                    .containsExactlyInAnyOrder("cache", "tmp", "shared-memory");
            assertThat(container.list("volumeMounts"))
                    .extracting(mount -> mount.text("mountPath").orElseThrow())
                    .containsExactlyInAnyOrder("/cache", "/tmp", "/dev/shm");
        }
    }

    @Test
    void overlay_sharedMemory_isInMemoryAndWithinTheContainersRequest() {
        for (Resource worker : workers()) {
            Resource volume = worker.podSpec().list("volumes").stream()
                    .filter(one -> one.text("name").equals(Optional.of("shared-memory")))
                    .findFirst()
                    .orElseThrow();
            assertThat(volume.text("emptyDir", "medium")).hasValue("Memory");
            int request = gibibytes(worker.container().text("resources", "requests", "memory"));
            int limit = gibibytes(worker.container().text("resources", "limits", "memory"));
            // Page-locked room for a state of LXMERT base, 4 GiB, beside the libraries and the heap.
            assertThat(gibibytes(volume.text("emptyDir", "sizeLimit"))).isLessThan(request);
            assertThat(request).isBetween(12, limit);
        }
    }

    @Test
    void overlay_anyWorker_hasTimeToStartAndToSaveAState() {
        int drain =
                Integer.parseInt(settings(rendered()).get("CRVQA_DRAIN_SECONDS").toString());
        // A state of 2.5 GB at 25 MB/s.
        assertThat(drain).isGreaterThan(100);
        for (Resource worker : workers()) {
            assertThat(number(worker.podSpec().text("terminationGracePeriodSeconds")))
                    .isGreaterThan(drain);
            Resource probe = new Resource(worker.container().map("startupProbe"));
            assertThat(number(probe.text("periodSeconds")) * number(probe.text("failureThreshold")))
                    .isGreaterThanOrEqualTo(600);
            assertThat(probe.text("httpGet", "path")).hasValue("/q/health/started");
        }
    }

    @Test
    void overlay_settings_keepTheBases() {
        Map<String, Object> settings = settings(rendered());
        Map<String, Object> base = settings(Kustomization.read(DEPLOY.resolve("base")));
        assertThat(settings.keySet()).isEqualTo(base.keySet());
        assertThat(settings).containsEntry("CRVQA_MEMBERSHIP", base.get("CRVQA_MEMBERSHIP"));
    }

    @ParameterizedTest
    @ValueSource(strings = {TRAINER, "pruner-service", "eval-service"})
    void dockerfile_gpu_setsWhatALocalClusterSetsToo(String service) throws Exception {
        String dockerfile = dockerfile(service);
        TorchLibraries.variables(Map.of())
                .forEach((name, value) -> assertThat(dockerfile).contains(" " + name + "=" + value + " \\\n"));
        assertThat(dockerfile)
                .contains("CRVQA_DEVICE=gpu:0")
                .contains("ENV PYTORCH_LIBRARY_PATH=")
                .contains("__version__ = '" + TorchLibraries.VERSION.replace(".", "\\.") + "[+']");
    }

    /** DJL's native part fits the version of libtorch that the build takes for CPUs, and no other. */
    @Test
    void libtorch_everywhere_isTheVersionOfTheBuild() throws Exception {
        Matcher version = Pattern.compile("<pytorch.version>([^<]+)<")
                .matcher(Files.readString(DEPLOY.resolveSibling("pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(TorchLibraries.VERSION).isEqualTo(version.group(1));
        assertThat(dockerfile(TRAINER)).contains("ARG BASE=pytorch/pytorch:" + version.group(1) + "-cuda12.8-");
    }

    /** What is mended in one of the three is mended in all. */
    @ParameterizedTest
    @ValueSource(strings = {"pruner-service", "eval-service"})
    void dockerfile_anyWorkers_differsFromTheTrainersInNameAndPortsOnly(String service) throws Exception {
        assertThat(neutral(service)).isEqualTo(neutral(TRAINER));
    }

    private static String neutral(String service) throws IOException {
        return dockerfile(service)
                .lines()
                .filter(line -> !line.startsWith("# ") || !line.contains("Build the program first"))
                .map(line -> line.replace(service, "SERVICE").replaceAll("\\b(91|81)0[1-3]\\b", "PORT"))
                .collect(Collectors.joining("\n"));
    }

    private static String dockerfile(String service) throws IOException {
        return Files.readString(DEPLOY.resolve("docker/" + service + ".Dockerfile"));
    }

    private static int number(Optional<String> text) {
        return Integer.parseInt(text.orElseThrow());
    }

    private static int gibibytes(Optional<String> quantity) {
        String text = quantity.orElseThrow();
        assertThat(text).endsWith("Gi");
        return Integer.parseInt(text.substring(0, text.length() - 2));
    }
}
