package org.crvqa.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** S3Proxy as a process of its own on a free port, over a folder, with one bucket. */
final class S3Server implements AutoCloseable {
    static final String BUCKET = "crvqa-it";
    static final String IDENTITY = "crvqa-it";
    static final String CREDENTIAL = "not-a-secret";

    private static final Pattern STARTED = Pattern.compile("Started .*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");

    private final Process process;
    private final URI endpoint;

    private S3Server(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    static S3Server start(Path folder) throws IOException {
        Path objects = folder.resolve("objects");
        Files.createDirectories(objects.resolve(BUCKET));
        Path properties =
                Files.writeString(folder.resolve("s3proxy.properties"), """
                s3proxy.endpoint=http://127.0.0.1:0
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(IDENTITY, CREDENTIAL, objects));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        System.getProperty("s3proxy.jar"),
                        "--properties",
                        properties.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        URI endpoint = endpoint(process, output);
        Thread drain = new Thread(() -> drain(output), "s3proxy-output");
        drain.setDaemon(true);
        drain.start();
        return new S3Server(process, endpoint);
    }

    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // A full pipe would stop the server.
            }
        } catch (IOException e) {
            // The process has ended.
        }
    }

    URI endpoint() {
        return endpoint;
    }

    /** What processes that use it need in their environment. */
    Map<String, String> environment() {
        return Map.of(
                "CRVQA_S3_ENDPOINT",
                endpoint.toString(),
                "CRVQA_S3_REGION",
                "us-east-1",
                "CRVQA_S3_PATH_STYLE",
                "true",
                "AWS_ACCESS_KEY_ID",
                IDENTITY,
                "AWS_SECRET_ACCESS_KEY",
                CREDENTIAL);
    }

    private static URI endpoint(Process process, BufferedReader output) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                return URI.create("http://127.0.0.1:" + started.group(1));
            }
        }
        process.destroyForcibly();
        throw new IOException("S3Proxy ended before it listened:\n" + said);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
