package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.services.s3.S3Client;

/** Credentials that end while a store is open: key A is refused, the profile file gives key B by then. */
class S3CredentialsIT {
    private static final int PART_BYTES = 5 << 20;

    @TempDir
    private Path folder;

    private Path profile;
    private S3ProxyProcess s3;
    private FaultyS3Proxy proxy;
    private S3Credentials credentials;
    private ObjectStore store;

    @BeforeEach
    void open() throws Exception {
        profile = folder.resolve("credentials");
        give("key-a");
        s3 = S3ProxyProcess.startWithoutAuthorization(folder);
        proxy = FaultyS3Proxy.start(s3.endpoint());
        StoreSettings settings = new StoreSettings(
                URI.create("s3://crvqa/tenant"), Optional.of(proxy.endpoint()), Optional.empty(), true);
        credentials = new S3Credentials(() -> ProfileCredentialsProvider.builder()
                .profileName("default")
                .profileFile(ProfileFile.builder()
                        .content(profile)
                        .type(ProfileFile.Type.CREDENTIALS)
                        .build())
                .build());
        try (S3Client client = S3Clients.open(settings, credentials, S3Clients.http())) {
            client.createBucket(b -> b.bucket("crvqa"));
        }
        store = new S3ObjectStore(settings, credentials, S3Clients.http(), PART_BYTES);
        store.put("before", bytes("x"));
    }

    private void give(String key) throws IOException {
        Files.writeString(profile, """
                [default]
                aws_access_key_id = %s
                aws_secret_access_key = secret
                """.formatted(key));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        proxy.close();
        s3.close();
    }

    @ParameterizedTest
    @CsvSource({"400, ExpiredToken", "403, InvalidAccessKeyId", "403, ExpiredToken", "403, AccessDenied"})
    void everyOperation_keyRefusedAndAnotherThere_goesOnWithTheOther(int status, String code) throws IOException {
        ProxyRule old = proxy.when("*", "").signedBy("key-a").answer(status, code);
        give("key-b");

        store.put("object", bytes("text"));

        assertThat(old.faults()).isEqualTo(1);
        assertThat(credentials.loads()).isEqualTo(2);
        assertThat(store.read("object")).hasValue(bytes("text"));
        assertThat(old.faults()).isEqualTo(1);
    }

    @Test
    void exists_expired_isRecognisedWithoutAnErrorCode() throws IOException {
        proxy.when("*", "").signedBy("key-a").answer(400, "ExpiredToken");
        give("key-b");

        assertThat(store.exists("before")).isTrue();
        assertThat(credentials.loads()).isEqualTo(2);
    }

    @Test
    void upload_keyExpiresBetweenParts_isOneReload() throws IOException {
        byte[] content = new byte[3 * PART_BYTES];
        new Random(3).nextBytes(content);
        Path source = Files.write(folder.resolve("source"), content);
        proxy.when("PUT", "partNumber=").signedBy("key-a").answer(403, "ExpiredToken");
        give("key-b");

        store.upload("big", source);

        assertThat(credentials.loads()).isEqualTo(2);
        assertThat(store.download("big", folder.resolve("target"))).isTrue();
        assertThat(Files.mismatch(source, folder.resolve("target"))).isEqualTo(-1);
    }

    @Test
    void put_noOtherKeyThere_isTriedTwiceAndSaysWhatToDo() {
        ProxyRule refused = proxy.when("PUT", "").answer(403, "ExpiredToken");

        assertThatThrownBy(() -> store.put("object", bytes("x")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("object")
                .hasMessageContaining("403")
                .hasMessageContaining("Renew them");

        assertThat(refused.faults()).isEqualTo(2);
    }

    @Test
    void standard_profileFileOfTheSystem_isReadAgain() throws IOException {
        String property = "aws.sharedCredentialsFile";
        System.setProperty(property, profile.toString());
        try {
            S3Credentials standard = S3Credentials.standard();
            String first = standard.resolveCredentials().accessKeyId();
            give("key-b");
            standard.reload(standard.loads());

            assertThat(first).isEqualTo("key-a");
            assertThat(standard.resolveCredentials().accessKeyId()).isEqualTo("key-b");
            standard.close();
        } finally {
            System.clearProperty(property);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
