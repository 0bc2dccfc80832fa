package org.crvqa.artifacts.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real S3 server on a free port of this machine, keeping each bucket in a folder {@code objects/<bucket>}. */
public final class S3ProxyProcess implements AutoCloseable {
    /** The one access key that the server knows. */
    public static final String IDENTITY = "crvqa-test";

    /** The secret that belongs to {@link #IDENTITY}. */
    public static final String CREDENTIAL = "not-a-secret";

    private static final Pattern STARTED = Pattern.compile("Started .*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final Thread reader;
    private final URI endpoint;

    private S3ProxyProcess(Process process, Thread reader, URI endpoint) {
        this.process = process;
        this.reader = reader;
        this.endpoint = endpoint;
    }

    /** Returns when the server listens. The jar is where the build put it: system property s3proxy.jar. */
    public static S3ProxyProcess start(Path folder) throws IOException {
        return start(folder, "aws-v2-or-v4");
    }

    /** As {@link #start}, but takes every access key and looks at no signature. */
    public static S3ProxyProcess startWithoutAuthorization(Path folder) throws IOException {
        return start(folder, "none");
    }

    private static S3ProxyProcess start(Path folder, String authorization) throws IOException {
        Path objects = Files.createDirectories(folder.resolve("objects"));
        Path properties = Files.writeString(
                folder.resolve("s3proxy.properties"), """
                s3proxy.endpoint=http://127.0.0.1:0
                s3proxy.authorization=%s
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(authorization, IDENTITY, CREDENTIAL, objects));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        System.getProperty("s3proxy.jar", "target/s3proxy/s3proxy.jar"),
                        "--properties",
                        properties.toString())
                .redirectErrorStream(true)
                .start();
        // Also when a test fails before anybody could close it.
        Thread atExit = new Thread(process::destroyForcibly, "s3proxy-end");
        Runtime.getRuntime().addShutdownHook(atExit);
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        URI endpoint = endpoint(process, output);
        Thread reader = new Thread(() -> drain(output), "s3proxy-output");
        reader.setDaemon(true);
        reader.start();
        return new S3ProxyProcess(process, reader, endpoint);
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

    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // A full pipe would stop the server.
            }
        } catch (IOException e) {
            // The process has ended.
        }
    }

    /** Where the server listens, over plain HTTP. */
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        reader.join();
    }
}
