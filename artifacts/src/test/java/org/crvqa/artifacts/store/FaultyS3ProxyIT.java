package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/** Every fault of the proxy bites, and without rules it changes nothing. */
class FaultyS3ProxyIT {
    private static final StaticCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(
            AwsBasicCredentials.create(S3ProxyProcess.IDENTITY, S3ProxyProcess.CREDENTIAL));
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static S3ProxyProcess signed;
    private static S3ProxyProcess open;

    private FaultyS3Proxy proxy;
    private ObjectStore store;

    @BeforeAll
    static void start() throws Exception {
        signed = S3ProxyProcess.start(Files.createDirectory(folder.resolve("signed")));
        open = S3ProxyProcess.startWithoutAuthorization(Files.createDirectory(folder.resolve("open")));
        for (S3ProxyProcess server : new S3ProxyProcess[] {signed, open}) {
            StoreSettings settings = settings(server.endpoint());
            try (S3Client client = S3Clients.open(settings, CREDENTIALS, S3Clients.http())) {
                client.createBucket(b -> b.bucket("crvqa"));
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        signed.close();
        open.close();
    }

    @BeforeEach
    void connect() throws Exception {
        connect(signed);
    }

    private void connect(S3ProxyProcess server) throws Exception {
        proxy = FaultyS3Proxy.start(server.endpoint());
        store = new S3ObjectStore(
                settings(proxy.endpoint()), new S3Credentials(() -> CREDENTIALS), S3Clients.http(), 5 << 20);
    }

    @AfterEach
    void disconnect() throws Exception {
        store.close();
        proxy.close();
    }

    private static StoreSettings settings(URI endpoint) {
        return new StoreSettings(
                URI.create("s3://crvqa/" + UUID.randomUUID()), Optional.of(endpoint), Optional.empty(), true);
    }

    @Test
    void noRules_signedRequests_pass() {
        assertThat(ObjectStores.probed(store)).isSameAs(store);
        store.put("a b/c", bytes("text"));

        assertThat(store.read("a b/c")).hasValue(bytes("text"));
        assertThat(store.list("")).containsExactly("a b/c");
        assertThat(store.exists("nothing")).isFalse();
        assertThat(proxy.requests()).isGreaterThan(8);
    }

    @Test
    void answer503_firstTwo_areCountedAndTheThirdPasses() {
        ProxyRule rule = proxy.when("PUT", "/object$").first(2).answer503();

        store.put("object", bytes("text"));

        assertThat(rule.requests()).isEqualTo(3);
        assertThat(rule.faults()).isEqualTo(2);
        assertThat(store.read("object")).hasValue(bytes("text"));
    }

    @Test
    void randomly_sameSeed_choosesTheSameRequests() {
        ProxyRule.When when = proxy.when("HEAD", "").randomly(0.5, 7);
        ProxyRule rule = when.delay(Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            store.exists("x");
        }
        int first = rule.faults();
        rule.remove();
        ProxyRule again = proxy.when("HEAD", "").randomly(0.5, 7).delay(Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            store.exists("x");
        }

        assertThat(again.faults()).isEqualTo(first).isBetween(1, 19);
    }

    @Test
    void loseAnswer_put_isAppliedAllTheSame() {
        ProxyRule rule = proxy.when("PUT", "/object$").loseAnswer();

        assertThatThrownBy(() -> store.put("object", bytes("text"))).isInstanceOf(StoreException.class);

        assertThat(rule.faults()).isPositive();
        assertThat(store.read("object")).hasValue(bytes("text"));
    }

    @Test
    void drop_put_isNotApplied() {
        proxy.when("PUT", "/object$").drop();

        assertThatThrownBy(() -> store.put("object", bytes("text"))).isInstanceOf(StoreException.class);

        assertThat(store.exists("object")).isFalse();
    }

    @Test
    void hold_put_isSeenByTheServerOnlyAfterRelease() throws Exception {
        ProxyRule rule = proxy.when("PUT", "/object$").hold();
        CompletableFuture<Void> put = CompletableFuture.runAsync(() -> store.put("object", bytes("text")));

        assertThat(rule.awaitHeld(LIMIT)).isTrue();
        assertThat(store.exists("object")).isFalse();
        rule.release();

        put.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(store.exists("object")).isTrue();
    }

    @Test
    void cutAnswer_read_isNoticed() {
        store.put("object", bytes("a longer text"));
        ProxyRule rule = proxy.when("GET", "/object$").cutAnswer(3);

        assertThatThrownBy(() -> store.read("object")).isInstanceOf(StoreException.class);
        assertThat(rule.faults()).isPositive();
    }

    @Test
    void answerSignedBy_otherKeys_pass() {
        ProxyRule rule = proxy.when("*", "").signedBy(S3ProxyProcess.IDENTITY).answer(403, "ExpiredToken");
        proxy.when("*", "").signedBy("another").answer(403, "ExpiredToken");

        assertThatThrownBy(() -> store.exists("object")).isInstanceOf(StoreException.class);
        rule.remove();

        assertThat(store.exists("object")).isFalse();
    }

    @Test
    void stripIfNoneMatch_probe_refusesTheStore() throws Exception {
        disconnect();
        connect(open);
        ProxyRule rule = proxy.when("PUT", "").stripIfNoneMatch();

        assertThatThrownBy(() -> ObjectStores.probed(store))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("does not keep create-if-absent");
        assertThat(rule.faults()).isPositive();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
