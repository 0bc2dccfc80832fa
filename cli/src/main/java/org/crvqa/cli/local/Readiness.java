package org.crvqa.cli.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks services whether they take calls: their readiness over HTTP, as Kubernetes does. */
final class Readiness {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(DEADLINE)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** Whether the service behind this port of the loopback interface is ready now. */
    boolean ready(int httpPort) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + LocalCluster.HOST + ":" + httpPort + "/q/health/ready"))
                .timeout(DEADLINE)
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
