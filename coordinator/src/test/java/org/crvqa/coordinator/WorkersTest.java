package org.crvqa.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.fleet.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkersTest {
    @Test
    void from_nothing_isTheListThatNobodyScales() {
        try (Workers workers = from(Map.of("CRVQA_TRAINERS", "a:1,b:2"))) {
            List<Member> members = new ArrayList<>();
            workers.membership().start();
            workers.membership().subscribe(members::addAll).close();
            assertThat(members).extracting(Member::address).containsExactly("a:1", "b:2");
            assertThat(workers.scaling()).isEmpty();
            assertThat(workers.description()).contains("trainers [a:1,b:2]");
            workers.leading().accept(true);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nomad | '' | CRVQA_MEMBERSHIP is \"nomad\", expected static or kubernetes",
                "static | CRVQA_SCALE=on;CRVQA_SCALE_LEAVE_ALONE=trainer,pruner,evaluator | CRVQA_SCALE is on, but workers that are listed",
                "kubernetes | CRVQA_PRUNERS=a:1 | CRVQA_MEMBERSHIP is kubernetes, and workers are listed too",
                "kubernetes | CRVQA_SCALE=on | CRVQA_SCALE_TRAINER_MAX is missing",
            })
    void from_whatContradictsItself_isSaid(String membership, String others, String message) {
        Map<String, String> environment = new HashMap<>(Map.of("CRVQA_MEMBERSHIP", membership));
        for (String other : others.split(";")) {
            if (!other.isBlank()) {
                environment.put(other.split("=")[0].strip(), other.split("=")[1].strip());
            }
        }
        assertThatThrownBy(() -> from(environment))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    /** A coordinator without a cluster starts as fast as if the client were not there. */
    @Test
    void from_list_needsNothingOfTheKubernetesClient() throws Exception {
        List<URL> rest = new ArrayList<>();
        int left = 0;
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (part.contains("fabric8")) {
                left++;
            } else {
                rest.add(Path.of(part).toUri().toURL());
            }
        }
        assertThat(left).as("jars of the client that are left out").isPositive();
        try (URLClassLoader without =
                new URLClassLoader(rest.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> without.loadClass("io.fabric8.kubernetes.client.KubernetesClient"))
                    .isInstanceOf(ClassNotFoundException.class);
            Class<?> settings = without.loadClass(CoordinatorSettings.class.getName());
            Class<?> meters = without.loadClass(MeterRegistry.class.getName());
            Method read = settings.getDeclaredMethod("fromEnvironment", Map.class);
            read.setAccessible(true);
            Method from =
                    without.loadClass(Workers.class.getName()).getDeclaredMethod("from", Map.class, settings, meters);
            from.setAccessible(true);
            Object workers = from.invoke(
                    null,
                    Map.of(),
                    read.invoke(null, Map.of()),
                    without.loadClass(SimpleMeterRegistry.class.getName())
                            .getDeclaredConstructor()
                            .newInstance());
            assertThat(workers.toString()).contains("trainers []");
        }
    }

    private static Workers from(Map<String, String> environment) {
        return Workers.from(environment, CoordinatorSettings.fromEnvironment(environment), new SimpleMeterRegistry());
    }
}
