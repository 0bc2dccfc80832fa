package org.crvqa.cli.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The four services, with the module that builds each. */
public enum ServiceKind {
    TRAINER("trainer", "trainer-service", 768),
    PRUNER("pruner", "pruner-service", 768),
    EVALUATOR("evaluator", "eval-service", 768),
    COORDINATOR("coordinator", "coordinator", 256);

    private final String label;
    private final String module;
    private final int heapMebibytes;

    ServiceKind(String label, String module, int heapMebibytes) {
        this.label = label;
        this.module = module;
        this.heapMebibytes = heapMebibytes;
    }

    /** "trainer", ... */
    public String label() {
        return label;
    }

    /** The most heap that the process takes; tensors lie outside. */
    public int heapMebibytes() {
        return heapMebibytes;
    }

    /** The Java program and its options, without what it is to run. */
    public List<String> jvm() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMebibytes + "m");
        command.add("-XX:+UseSerialGC");
        // A process whose heap is exhausted ends, and leaves a report that says so.
        command.add("-XX:+CrashOnOutOfMemoryError");
        command.add("-XX:-CreateCoredumpOnCrash");
        if (Runtime.version().feature() >= 22) {
            // Tensors live behind JNI; newer versions warn about it otherwise.
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= 24) {
            // And these of what Netty and protobuf do with memory.
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        return command;
    }

    /** The packaged program below the folder of the checkout or installation. */
    public Path program(Path home) {
        return home.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }
}
