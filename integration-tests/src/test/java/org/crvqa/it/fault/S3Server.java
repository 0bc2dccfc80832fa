package org.crvqa.it.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.crvqa.artifacts.store.FaultyS3Proxy;
import org.crvqa.artifacts.store.S3ProxyProcess;
import org.crvqa.artifacts.store.StoreSettings;

/**
 * A real S3 server that holds the shared dataset and model, behind a proxy that makes faults. This JVM has its
 * credentials while it is open. Close it.
 */
final class S3Server implements AutoCloseable {
    private static final String BUCKET = "crvqa-fault";

    private final S3ProxyProcess server;
    private final FaultyS3Proxy faults;
    private final Path objects;

    private S3Server(S3ProxyProcess server, FaultyS3Proxy faults, Path objects) {
        this.server = server;
        this.faults = faults;
        this.objects = objects;
    }

    /** Keeps its objects below this folder. */
    static S3Server start(Path folder) throws IOException {
        Path objects = Files.createDirectories(folder.resolve("objects").resolve(BUCKET));
        SharedInputs.copyTo(objects.resolve("study"));
        System.setProperty("aws.accessKeyId", S3ProxyProcess.IDENTITY);
        System.setProperty("aws.secretAccessKey", S3ProxyProcess.CREDENTIAL);
        S3ProxyProcess server = S3ProxyProcess.start(folder);
        return new S3Server(server, FaultyS3Proxy.start(server.endpoint()), objects.resolve("study"));
    }

    /** Where faults are ordered. */
    FaultyS3Proxy faults() {
        return faults;
    }

    /** The folder in which the server keeps the objects, as files of the same names. */
    Path objects() {
        return objects;
    }

    /** A cluster over this server: its services go through the proxy, the test does not. */
    ClusterPlan plan(Path folder) throws IOException {
        return ClusterPlan.over(folder, settings(server.endpoint().toString()))
                .set(environment(faults.endpoint().toString()));
    }

    private static StoreSettings settings(String endpoint) {
        Map<String, String> environment = new HashMap<>(environment(endpoint));
        environment.put("CRVQA_STORE", "s3://" + BUCKET + "/study");
        return StoreSettings.fromEnvironment(environment);
    }

    private static Map<String, String> environment(String endpoint) {
        return Map.of(
                "CRVQA_S3_ENDPOINT",
                endpoint,
                "CRVQA_S3_REGION",
                "us-east-1",
                "CRVQA_S3_PATH_STYLE",
                "true",
                "AWS_ACCESS_KEY_ID",
                S3ProxyProcess.IDENTITY,
                "AWS_SECRET_ACCESS_KEY",
                S3ProxyProcess.CREDENTIAL);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        faults.close();
        server.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
