package org.crvqa.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Turns a folder with a kustomization into the resources it stands for. */
final class Kustomization {
    private Kustomization() {}

    /** The folder {@code deploy} of this checkout. */
    static Path deployFolder() {
        return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
                .map(folder -> folder.resolve("deploy"))
                .filter(deploy -> Files.isRegularFile(deploy.resolve("base/kustomization.yaml")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no deploy/base above " + Path.of("").toAbsolutePath()));
    }

    /** Rendered by kubectl; skips the calling test where there is none. */
    static List<Resource> render(Path folder) {
        assumeTrue(hasKubectl(), "kubectl is not installed: " + folder + " is not rendered");
        try {
            Process process = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new AssertionError("kubectl kustomize " + folder + " ended with " + exit + ":\n" + output);
            }
            return parse(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rendering " + folder, e);
        }
    }

    /** The base without kubectl: its files as they are, and the generated settings under their plain name. */
    static List<Resource> read(Path base) {
        Resource kustomization =
                parse(content(base.resolve("kustomization.yaml"))).get(0);
        List<Resource> resources = new ArrayList<>();
        for (Object file : (List<?>) kustomization.at("resources").orElseThrow()) {
            resources.addAll(parse(content(base.resolve(file.toString()))));
        }
        for (Resource generator : kustomization.list("configMapGenerator")) {
            resources.add(generatedConfigMap(generator));
        }
        return List.copyOf(resources);
    }

    private static Resource generatedConfigMap(Resource generator) {
        Map<String, Object> data = new LinkedHashMap<>();
        for (Object literal : (List<?>) generator.at("literals").orElseThrow()) {
            String[] keyAndValue = literal.toString().split("=", 2);
            data.put(keyAndValue[0], keyAndValue[1]);
        }
        return new Resource(Map.of(
                "kind",
                "ConfigMap",
                "metadata",
                Map.of("name", generator.text("name").orElseThrow()),
                "data",
                data));
    }

    private static boolean hasKubectl() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
    }

    @SuppressWarnings("unchecked")
    private static List<Resource> parse(String yaml) {
        List<Resource> resources = new ArrayList<>();
        Load load = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build());
        for (Object document : load.loadAllFromString(yaml)) {
            resources.add(new Resource((Map<String, Object>) document));
        }
        return resources;
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
