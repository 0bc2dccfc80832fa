package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServicePlanTest {
    private final ClusterSettings cpu = ClusterSettings.of(Path.of("/home"), Path.of("/cluster"));

    @Test
    void of_oneWorkerOfAKindForEachGpu_givesEveryGpuOneOfEach() {
        assertThat(devices(cpu.withGpus(gpus(2)).withWorkers(2, 2, 2)))
                .containsExactly(
                        "trainer-1 GPU 0",
                        "trainer-2 GPU 1",
                        "pruner-1 GPU 0",
                        "pruner-2 GPU 1",
                        "evaluator-1 GPU 0",
                        "evaluator-2 GPU 1",
                        "coordinator ");
    }

    @Test
    void of_asManyGpusAsWorkers_noTwoShareOne() {
        assertThat(devices(cpu.withGpus(gpus(3)).withWorkers(1, 1, 1)))
                .containsExactly("trainer GPU 0", "pruner GPU 1", "evaluator GPU 2", "coordinator ");
    }

    @Test
    void environment_worker_seesItsGpuOnlyAndDeterministicLibraries() {
        List<Map<String, String>> environments =
                environments(cpu.withGpus(gpus(2)).withWorkers(2, 1, 1));
        assertThat(environments.get(1))
                .containsEntry("CUDA_VISIBLE_DEVICES", "GPU-1")
                .containsEntry("CRVQA_DEVICE", "gpu:0")
                .containsAllEntriesOf(TorchLibraries.variables(System.getenv()));
        assertThat(environments.get(4)).doesNotContainKeys("CUDA_VISIBLE_DEVICES", "CRVQA_DEVICE", "PYTORCH_FLAVOR");
    }

    @Test
    void environment_settingsNameAVariable_itIsKept() {
        ClusterSettings settings =
                cpu.withGpus(gpus(1)).withEnvironment(Map.of("PYTORCH_CUDA_ALLOC_CONF", "backend:native"));
        assertThat(environments(settings).get(0)).containsEntry("PYTORCH_CUDA_ALLOC_CONF", "backend:native");
    }

    @Test
    void environment_noGpu_computesOnTheCpuWhateverIsInherited() {
        assertThat(environments(cpu).get(0))
                .containsEntry("CRVQA_DEVICE", "cpu")
                .doesNotContainKey("PYTORCH_FLAVOR");
    }

    @Test
    void environment_workerOnAGpu_savesItsLargeStatesLessOften() {
        assertThat(environments(cpu).get(0)).containsEntry("CRVQA_CHECKPOINT_SECONDS", "5");
        assertThat(environments(cpu.withGpus(gpus(1))).get(0)).containsEntry("CRVQA_CHECKPOINT_SECONDS", "60");
    }

    @Test
    void withGpus_some_givesServicesMoreTimeToStart() {
        assertThat(cpu.withGpus(gpus(1)).startTimeout()).isGreaterThan(cpu.startTimeout());
        assertThat(cpu.withGpus(List.of())).isEqualTo(cpu);
    }

    private static List<GpuDevice> gpus(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new GpuDevice(i, "GPU-" + i, "NVIDIA H100", 81559))
                .toList();
    }

    private static List<ServicePlan> plans(ClusterSettings settings) {
        return ServicePlan.of(settings, Stream.iterate(1, port -> port + 1).iterator());
    }

    private static List<String> devices(ClusterSettings settings) {
        return plans(settings).stream()
                .map(plan -> plan.name() + " " + plan.device())
                .toList();
    }

    private static List<Map<String, String>> environments(ClusterSettings settings) {
        List<ServicePlan> plans = plans(settings);
        return plans.stream()
                .map(plan -> plan.definition(settings, plans).environment())
                .toList();
    }
}
