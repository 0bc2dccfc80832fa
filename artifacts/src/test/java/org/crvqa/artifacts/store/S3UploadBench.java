package org.crvqa.artifacts.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How fast the store uploads a file, beside one plain stream of the SDK with the same bytes to the same server, in turns.
 * Arguments: megabytes (500), rounds (5). The server is S3Proxy, on this machine and its disk.
 */
final class S3UploadBench {
    private static final String BUCKET = "crvqa";
    private static final int MEGA = 1_000_000;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final StaticCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(
            AwsBasicCredentials.create(S3ProxyProcess.IDENTITY, S3ProxyProcess.CREDENTIAL));

    private S3UploadBench() {}

    public static void main(String[] arguments) throws Exception {
        int megabytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path folder = Files.createTempDirectory("s3-upload-bench");
        Path source = random(folder.resolve("source"), megabytes);
        try (S3ProxyProcess server = S3ProxyProcess.start(folder)) {
            StoreSettings settings = new StoreSettings(
                    URI.create("s3://" + BUCKET), Optional.of(server.endpoint()), Optional.empty(), true);
            run(settings, source, megabytes, rounds);
        } finally {
            remove(folder);
        }
    }

    private static void run(StoreSettings settings, Path source, int megabytes, int rounds) {
        double[] plain = new double[rounds];
        double[] own = new double[rounds];
        try (S3Client client = S3Clients.open(settings, CREDENTIALS, S3Clients.http());
                ObjectStore store = new S3ObjectStore(
                        settings, new S3Credentials(() -> CREDENTIALS), S3Clients.http(), S3ObjectStore.PART_BYTES)) {
            client.createBucket(b -> b.bucket(BUCKET));
            for (int round = -1; round < rounds; round++) {
                double single = seconds(() -> client.putObject(
                        b -> b.bucket(BUCKET)
                                .key("plain")
                                .overrideConfiguration(
                                        c -> c.apiCallTimeout(LIMIT).apiCallAttemptTimeout(LIMIT)),
                        RequestBody.fromFile(source)));
                double parts = seconds(() -> store.upload("own", source));
                store.delete("own");
                store.delete("plain");
                // The first round warms both up.
                if (round >= 0) {
                    plain[round] = megabytes / single;
                    own[round] = megabytes / parts;
                    print("round " + (round + 1), plain[round], own[round]);
                }
            }
        }
        print("median", median(plain), median(own));
    }

    private static double seconds(Runnable task) {
        long start = System.nanoTime();
        task.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void print(String what, double plain, double own) {
        System.out.printf(
                Locale.ROOT,
                "%s: one plain put %.0f MB/s, the store %.0f MB/s, ratio %.2f%n",
                what,
                plain,
                own,
                own / plain);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static Path random(Path file, int megabytes) throws IOException {
        Random random = new Random(1);
        byte[] block = new byte[MEGA];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return file;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
