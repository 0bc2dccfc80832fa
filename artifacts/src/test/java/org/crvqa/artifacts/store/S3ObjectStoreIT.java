package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;

/** The contract and the S3 side's own promises against a real S3 server, a process of its own. */
class S3ObjectStoreIT extends ObjectStoreContract {
    private static final StaticCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(
            AwsBasicCredentials.create(S3ProxyProcess.IDENTITY, S3ProxyProcess.CREDENTIAL));
    private static final String BUCKET = "crvqa";

    /** The smallest that S3 takes. */
    private static final int PART_BYTES = 5 << 20;

    /** More than the SDK tries. */
    private static final int ALL_ATTEMPTS = 100;

    @TempDir
    private static Path server;

    private static S3ProxyProcess proxy;

    /** A bucket's client that has nothing to do with the store under test. */
    private static S3Client observer;

    private String prefix = "";
    private final FaultyHttpClient http = new FaultyHttpClient(S3Clients.http());

    @BeforeAll
    static void start() throws Exception {
        proxy = S3ProxyProcess.start(server);
        observer = S3Clients.open(settings(""), CREDENTIALS, S3Clients.http());
        observer.createBucket(b -> b.bucket(BUCKET));
    }

    @AfterAll
    static void stop() throws Exception {
        observer.close();
        proxy.close();
    }

    private static StoreSettings settings(String prefix) {
        return new StoreSettings(
                URI.create("s3://" + BUCKET + "/" + prefix), Optional.of(proxy.endpoint()), Optional.empty(), true);
    }

    @Override
    protected ObjectStore openEmpty() {
        prefix = "tests/" + UUID.randomUUID();
        return new S3ObjectStore(settings(prefix), new S3Credentials(() -> CREDENTIALS), http, PART_BYTES);
    }

    @Override
    protected boolean leaveUnfinished(String name) {
        observer.createMultipartUpload(b -> b.bucket(BUCKET).key(prefix + "/" + name));
        return true;
    }

    private static boolean isPut(SdkHttpRequest request) {
        return request.method() == SdkHttpMethod.PUT;
    }

    private static boolean isPart(SdkHttpRequest request) {
        return request.rawQueryParameters().containsKey("partNumber");
    }

    @Test
    void open_realServer_passesTheProbe() {
        assertThat(ObjectStores.probed(store)).isSameAs(store);
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void open_absentBucket_saysSo() {
        StoreSettings absent = new StoreSettings(
                URI.create("s3://no-such-bucket/x"), Optional.of(proxy.endpoint()), Optional.empty(), true);
        ObjectStore other =
                new S3ObjectStore(absent, new S3Credentials(() -> CREDENTIALS), S3Clients.http(), PART_BYTES);

        assertThatThrownBy(() -> ObjectStores.probed(other))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("s3://no-such-bucket/x/")
                .hasMessageContaining("there is no bucket no-such-bucket");
    }

    @Test
    void open_wrongCredentials_saysSo() {
        StaticCredentialsProvider wrong =
                StaticCredentialsProvider.create(AwsBasicCredentials.create(S3ProxyProcess.IDENTITY, "wrong"));
        try (ObjectStore other =
                new S3ObjectStore(settings(prefix), new S3Credentials(() -> wrong), S3Clients.http(), PART_BYTES)) {
            assertThatThrownBy(() -> other.put("a", bytes("x")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("403");
        }
    }

    @Test
    void everyOperation_otherPrefixOfTheBucket_isInvisible() {
        store.put("a", bytes("mine"));
        try (ObjectStore sibling = new S3ObjectStore(
                settings(prefix + "-sibling"), new S3Credentials(() -> CREDENTIALS), S3Clients.http(), PART_BYTES)) {
            sibling.put("a", bytes("theirs"));

            assertThat(store.read("a")).hasValue(bytes("mine"));
            assertThat(store.list("")).containsExactly("a");
            sibling.delete("a");
        }
        assertThat(store.exists("a")).isTrue();
        assertThat(observer.listObjectsV2(b -> b.bucket(BUCKET).prefix(prefix)).contents())
                .extracting("key")
                .containsExactly(prefix + "/a");
    }

    @Test
    void list_moreThanOnePage_givesAll() {
        int objects = 1003;
        for (int i = 0; i < objects; i++) {
            String key = prefix + "/many/" + i;
            observer.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.empty());
        }

        assertThat(store.list("many/")).hasSize(objects).isSorted();
        List<String> behind = new ArrayList<>();
        store.visit("many/", "many/5", object -> behind.add(object.name()));
        assertThat(behind).hasSize(554).first().isEqualTo("many/50");

        store.deleteAll(store.list("many/"));
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void createIfAbsent_answerLostOnce_recognisesItsOwnWrite() {
        http.loseAnswers(1, S3ObjectStoreIT::isPut);

        assertThat(store.createIfAbsent("claim", bytes("same"))).isTrue();
        assertThat(http.faults()).isEqualTo(1);
        assertThat(store.createIfAbsent("claim", bytes("same"))).isFalse();
    }

    @Test
    void createIfAbsent_everyAnswerLost_recognisesItsOwnWrite() {
        http.loseAnswers(ALL_ATTEMPTS, S3ObjectStoreIT::isPut);

        assertThat(store.createIfAbsent("claim", bytes("mine"))).isTrue();
        assertThat(store.read("claim")).hasValue(bytes("mine"));
    }

    @Test
    void createIfAbsent_answerLostAndAnotherHasTheSameBytes_isFalse() {
        store.createIfAbsent("claim", bytes("same"));
        http.loseAnswers(1, S3ObjectStoreIT::isPut);

        assertThat(store.createIfAbsent("claim", bytes("same"))).isFalse();
        assertThat(http.faults()).isEqualTo(1);
    }

    @Test
    void createIfAbsent_serverNeverReached_failsAndNothingIsThere() {
        http.breakBefore(ALL_ATTEMPTS, S3ObjectStoreIT::isPut);

        assertThatThrownBy(() -> store.createIfAbsent("claim", bytes("x")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("claim");
        assertThat(store.exists("claim")).isFalse();
    }

    @Test
    void put_connectionBreaksTwice_isTriedAgain() {
        http.breakBefore(2, S3ObjectStoreIT::isPut);

        store.put("object", bytes("text"));

        assertThat(http.faults()).isEqualTo(2);
        assertThat(store.read("object")).hasValue(bytes("text"));
    }

    @Test
    void upload_connectionBreaksInAPart_isTriedAgainWithTheSameBytes() throws IOException {
        Path source = threeParts();
        http.breakBefore(1, S3ObjectStoreIT::isPart);

        store.upload("big", source);

        assertThat(http.faults()).isEqualTo(1);
        assertThat(store.download("big", folder.resolve("target"))).isTrue();
        assertThat(Files.mismatch(source, folder.resolve("target"))).isEqualTo(-1);
    }

    @Test
    void upload_interruptedBetweenParts_leavesNeitherObjectNorParts() throws IOException {
        Path source = threeParts();
        http.breakBefore(
                ALL_ATTEMPTS,
                request -> isPart(request)
                        && request.firstMatchingRawQueryParameter("partNumber").equals(Optional.of("3")));

        assertThatThrownBy(() -> store.upload("big", source))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("big");

        assertThat(http.faults()).isPositive();
        assertThat(store.list("")).isEmpty();
        assertThat(observer.listMultipartUploads(b -> b.bucket(BUCKET)).uploads())
                .isEmpty();
    }

    private Path threeParts() throws IOException {
        byte[] content = new byte[2 * PART_BYTES + 1000];
        new Random(2).nextBytes(content);
        return Files.write(folder.resolve("source"), content);
    }

    @Test
    void open_malformedLocation_saysWhatIsExpectedWithoutCredentials() {
        for (String location : new String[] {"s3:///x", "s3:bucket", "s3://key:secret@bucket/x", "s3://b/../x"}) {
            assertThatThrownBy(() -> ObjectStores.open(StoreSettings.of(URI.create(location))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("Not the location of an S3 store")
                    .hasMessageNotContaining("secret");
        }
    }
}
