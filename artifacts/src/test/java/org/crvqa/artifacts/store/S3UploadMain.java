package org.crvqa.artifacts.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A process that uploads one file and can be killed. */
final class S3UploadMain {
    private static final long PART_BYTES = 5 << 20;

    private S3UploadMain() {}

    static Process start(StoreSettings settings, String name, Path source) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        S3UploadMain.class.getName(),
                        settings.location().toString(),
                        settings.endpoint().orElseThrow().toString(),
                        name,
                        source.toString())
                .inheritIO()
                .start();
    }

    public static void main(String[] arguments) {
        StoreSettings settings = new StoreSettings(
                URI.create(arguments[0]), Optional.of(URI.create(arguments[1])), Optional.empty(), true);
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key-a", "secret"));
        try (ObjectStore store =
                new S3ObjectStore(settings, new S3Credentials(() -> credentials), S3Clients.http(), PART_BYTES)) {
            store.upload(arguments[2], Path.of(arguments[3]));
        }
    }
}
