package org.crvqa.cli.local;

import java.nio.file.Path;

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

    /** The packaged program below the folder of the checkout or installation. */
    public Path program(Path home) {
        return home.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }
}
