package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

/** What the store makes of a server with faults. The server looks at no signature, so that requests can be changed. */
class S3FaultsIT {
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("key-a", "secret"));
    private static final String BUCKET = "crvqa";

    /** The smallest that S3 takes. */
    private static final int PART_BYTES = 5 << 20;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path server;

    private static S3ProxyProcess s3;
    private static S3Client observer;

    @TempDir
    private Path folder;

    private FaultyS3Proxy proxy;
    private String prefix = "";
    private ObjectStore store;

    @BeforeAll
    static void start() throws Exception {
        s3 = S3ProxyProcess.startWithoutAuthorization(server);
        StoreSettings direct =
                new StoreSettings(URI.create("s3://" + BUCKET), Optional.of(s3.endpoint()), Optional.empty(), true);
        observer = S3Clients.open(direct, CREDENTIALS, S3Clients.http());
        observer.createBucket(b -> b.bucket(BUCKET));
    }

    @AfterAll
    static void stop() throws Exception {
        observer.close();
        s3.close();
    }

    @BeforeEach
    void open() throws IOException {
        proxy = FaultyS3Proxy.start(s3.endpoint());
        prefix = UUID.randomUUID().toString();
        store = open(settings(prefix, Optional.empty()));
    }

    private StoreSettings settings(String tenant, Optional<StoreEncryption> encryption) {
        return new StoreSettings(
                URI.create("s3://" + BUCKET + "/" + tenant),
                Optional.of(proxy.endpoint()),
                Optional.empty(),
                true,
                encryption);
    }

    private static ObjectStore open(StoreSettings settings) {
        return new S3ObjectStore(settings, new S3Credentials(() -> CREDENTIALS), S3Clients.http(), PART_BYTES);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        proxy.close();
    }

    @Test
    void put_appliedButAnswerLost_isWrittenOnceMoreAndDone() {
        ProxyRule lost = proxy.when("PUT", "/object$").first(1).loseAnswer();

        store.put("object", bytes("text"));

        assertThat(lost.faults()).isEqualTo(1);
        assertThat(store.read("object")).hasValue(bytes("text"));
    }

    @Test
    void createIfAbsent_appliedButAnswerLost_isRecognisedAsOwn() {
        ProxyRule lost = proxy.when("PUT", "/claim$").first(1).loseAnswer();

        assertThat(store.createIfAbsent("claim", bytes("same"))).isTrue();

        // The second attempt of the SDK met the first one's object: without the id of the write it were another's.
        assertThat(lost.requests()).isEqualTo(2);
        assertThat(store.createIfAbsent("claim", bytes("same"))).isFalse();
    }

    @Test
    void everyWrite_burstOf503_isSurvived() throws IOException {
        ProxyRule burst = proxy.when("*", "").randomly(0.3, 5).answer503();
        Path source = threeParts();

        store.upload("big", source);
        for (int i = 0; i < 5; i++) {
            assertThat(store.createIfAbsent("claims/" + i, bytes("x"))).isTrue();
        }

        burst.remove();
        assertThat(burst.faults()).isGreaterThan(2);
        assertThat(store.download("big", folder.resolve("target"))).isTrue();
        assertThat(Files.mismatch(source, folder.resolve("target"))).isEqualTo(-1);
        assertThat(store.list("claims/")).hasSize(5);
    }

    @Test
    void put_503ForEver_givesUpAfterABoundedNumberOfTries() {
        ProxyRule down = proxy.when("PUT", "/object$").answer503();

        assertThatThrownBy(() -> store.put("object", bytes("x")))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreAccessException.class)
                .hasMessageContaining("503")
                .hasMessageContaining("object");

        assertThat(down.faults()).isBetween(3, 5);
    }

    @Test
    void download_rangeCutTwice_isFetchedAgain() throws IOException {
        Path source = threeParts();
        store.upload("big", source);
        ProxyRule cut = proxy.when("GET", "/big$").first(2).cutAnswer(500);

        assertThat(store.download("big", folder.resolve("target"))).isTrue();

        assertThat(cut.faults()).isEqualTo(2);
        assertThat(cut.requests()).isEqualTo(5);
        assertThat(Files.mismatch(source, folder.resolve("target"))).isEqualTo(-1);
    }

    @Test
    void download_alwaysCut_failsAndLeavesNoFile() throws IOException {
        store.upload("big", threeParts());
        proxy.when("GET", "/big$").cutAnswer(1 << 20);
        Path target = Files.createDirectory(folder.resolve("arriving")).resolve("target");

        assertThatThrownBy(() -> store.download("big", target))
                .isInstanceOf(StoreException.class)
                // The JDK's client notices by itself since some version after 17.
                .hasMessageMatching("(?s).*(1048576 of 5242880 bytes|broke off: Premature EOF).*");

        assertThat(target.getParent()).isEmptyDirectory();
    }

    @Test
    void download_objectReplacedBetweenRanges_isNoticed() throws Exception {
        store.upload("big", threeParts());
        ProxyRule held = proxy.when("GET", "/big$").hold();
        Path target = folder.resolve("target");
        CompletableFuture<Boolean> download = CompletableFuture.supplyAsync(() -> store.download("big", target));
        assertThat(held.awaitHeld(LIMIT)).isTrue();
        store.upload("big", Files.write(folder.resolve("other"), new byte[3 * PART_BYTES]));

        held.release();

        assertThatThrownBy(download::join).hasMessageContaining("replaced by another object");
        assertThat(target).doesNotExist();
    }

    @Test
    void upload_bitFlippedOnTheWay_isRefusedByTheServerAndSentAgain() throws IOException {
        Path source = threeParts();
        ProxyRule flip = proxy.when("PUT", "partNumber=2").first(1).flipBit();

        store.upload("big", source);

        assertThat(flip.faults()).isEqualTo(1);
        assertThat(flip.requests()).isEqualTo(2);
        assertThat(store.download("big", folder.resolve("target"))).isTrue();
        assertThat(Files.mismatch(source, folder.resolve("target"))).isEqualTo(-1);
    }

    @Test
    void put_everyBodyDamaged_failsAndNothingIsStored() {
        proxy.when("PUT", "/object$").flipBit();

        assertThatThrownBy(() -> store.put("object", new byte[1000])).isInstanceOf(StoreException.class);

        assertThat(store.exists("object")).isFalse();
    }

    @Test
    void upload_answerToTheCompletionLost_isRecognisedAsDone() throws IOException {
        Path source = threeParts();
        ProxyRule lost = proxy.when("POST", "uploadId=").loseAnswer();

        store.upload("big", source);

        assertThat(lost.faults()).isPositive();
        assertThat(store.download("big", folder.resolve("target"))).isTrue();
        assertThat(Files.mismatch(source, folder.resolve("target"))).isEqualTo(-1);
    }

    @Test
    void upload_partsJoinedAfterTheConnectionBroke_isWaitedForAndDone() throws Exception {
        Path source = threeParts();
        ProxyRule joining = proxy.when("POST", "uploadId=").hangUpAndHold();
        ProxyRule third = proxy.when("HEAD", "/big$").nth(3).hold();
        CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> store.upload("big", source));
        // Two looks found nothing; whoever gives up then has thrown away what the server is about to store.
        assertThat(third.awaitHeld(LIMIT)).isTrue();

        joining.release();
        third.release();

        upload.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(store.download("big", folder.resolve("target"))).isTrue();
        assertThat(Files.mismatch(source, folder.resolve("target"))).isEqualTo(-1);
        assertThat(store.unfinishedUploads()).isEmpty();
    }

    @Test
    void upload_joinTakesLongerThanOtherCallsMay_isAskedForOnce() throws Exception {
        ObjectStore quick = store.within(Duration.ofMillis(500), Duration.ofSeconds(2));
        ProxyRule joining = proxy.when("POST", "uploadId=").hold();
        ProxyRule silent = proxy.when("HEAD", "/other$").hold();
        Path source = threeParts();
        CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> quick.upload("big", source));
        assertThat(joining.awaitHeld(LIMIT)).isTrue();

        // A call with these limits that began later has been given up by now.
        assertThatThrownBy(() -> quick.exists("other")).isInstanceOf(StoreException.class);
        assertThat(silent.requests()).isGreaterThan(1);
        joining.release();

        upload.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(joining.requests()).isEqualTo(1);
        assertThat(store.exists("big")).isTrue();
    }

    @Test
    void upload_interruptedWhileTheServerJoins_endsAtOnceAndLeavesNothing() throws Exception {
        Path source = threeParts();
        ProxyRule joining = proxy.when("POST", "uploadId=").hold();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread uploader = new Thread(() -> {
            try {
                store.upload("big", source);
                ended.complete(null);
            } catch (StoreException e) {
                ended.complete(e);
            }
        });
        uploader.start();
        assertThat(joining.awaitHeld(LIMIT)).isTrue();

        uploader.interrupt();

        assertThat(ended.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).hasMessageContaining("Interrupted");
        joining.drop();
        assertThat(store.unfinishedUploads()).isEmpty();
    }

    @Test
    void within_serverThatIsSilent_answersInTimeAndTheStoreItselfWaits() throws Exception {
        store.put("object", bytes("text"));
        ProxyRule silent = proxy.when("GET", "/object$").hold();
        ObjectStore quick = store.within(Duration.ofMillis(300), Duration.ofSeconds(1));
        CompletableFuture<Optional<byte[]>> patient = CompletableFuture.supplyAsync(() -> store.read("object"));
        assertThat(silent.awaitHeld(LIMIT)).isTrue();

        assertThatThrownBy(() -> quick.read("object")).isInstanceOf(StoreException.class);

        assertThat(silent.requests()).isGreaterThan(2);
        assertThat(patient).isNotDone();
        silent.release();
        assertThat(patient.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).hasValue(bytes("text"));
    }

    @Test
    void probe_serverWithoutConditionalWrites_isRefusedWithAdvice() {
        proxy.when("PUT", "").answer(501, "NotImplemented");

        assertThatThrownBy(() -> ObjectStores.probed(store))
                .isInstanceOfSatisfying(
                        InvalidInputException.class, e -> assertThat(e.advice()).contains("If-None-Match"))
                .hasMessageContaining("does not keep create-if-absent: the server does not know conditional writes")
                .hasMessageContaining("501");
    }

    @Test
    void probe_serverThatDropsMetadata_isRefusedWithAdvice() {
        proxy.when("PUT", "").strip("x-amz-meta-crvqa-write");

        assertThatThrownBy(() -> ObjectStores.probed(store))
                .isInstanceOfSatisfying(
                        InvalidInputException.class, e -> assertThat(e.advice()).contains("x-amz-meta-"))
                .hasMessageContaining("drops the metadata of objects");
    }

    @Test
    void probe_noRightToList_saysWhichRightIsMissing() {
        proxy.when("GET", "list-type=2").answer(403, "AccessDenied");

        assertThatThrownBy(() -> ObjectStores.probed(store))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("Could not list probes/")
                .hasMessageContaining("s3:ListBucket");
    }

    @Test
    void read_404WithoutACode_isAbsent() {
        proxy.when("GET", "/absent$").answerWith(404, "");
        proxy.when("GET", "/gone$").answerWith(404, "not here");
        store.put("gone", bytes("x"));

        assertThat(store.read("absent")).isEmpty();
        assertThat(store.download("gone", folder.resolve("target"))).isFalse();
        assertThat(folder.resolve("target")).doesNotExist();
    }

    @Test
    void deleteAll_serverWithoutIt_removesOneByOneFromThenOn() {
        ProxyRule unknown = proxy.when("POST", "delete").answer(501, "NotImplemented");
        ProxyRule single = proxy.when("DELETE", "").delay(Duration.ZERO);
        for (String name : List.of("a", "b", "c")) {
            store.put(name, bytes("x"));
        }

        store.deleteAll(List.of("a", "b"));
        store.deleteAll(List.of("c"));

        assertThat(store.list("")).isEmpty();
        assertThat(unknown.requests()).isEqualTo(1);
        assertThat(single.requests()).isEqualTo(3);
    }

    @Test
    void deleteAll_realServer_isOneRequestWithItsDigest() {
        ProxyRule together = proxy.when("POST", "delete").delay(Duration.ZERO);
        ProxyRule single = proxy.when("DELETE", "").delay(Duration.ZERO);
        List<String> names = List.of("a", "b", "c");
        names.forEach(name -> store.put(name, bytes("x")));

        store.deleteAll(names);

        assertThat(store.list("")).isEmpty();
        assertThat(together.requests()).isEqualTo(1);
        assertThat(single.requests()).isZero();
    }

    @Test
    void deleteAll_someRefused_namesTheFirst() {
        proxy.when("POST", "delete").answerWith(200, """
                <?xml version="1.0" encoding="UTF-8"?><DeleteResult><Error><Key>x/b</Key><Code>AccessDenied</Code>
                <Message>locked</Message></Error></DeleteResult>""");

        assertThatThrownBy(() -> store.deleteAll(List.of("a", "b")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("1 of 2 objects")
                .hasMessageContaining("x/b: AccessDenied, locked");
    }

    @Test
    void visit_serverThatListsOutOfOrder_isNoticed() {
        proxy.when("GET", "list-type=2").answerWith(200, """
                <?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>false</IsTruncated>
                <Contents><Key>%1$s/b</Key><Size>1</Size></Contents>
                <Contents><Key>%1$s/a</Key><Size>1</Size></Contents></ListBucketResult>""".formatted(prefix));

        assertThatThrownBy(() -> store.list(""))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("lists a behind b");
    }

    @Test
    void everyOperation_manyAtOnce_connectionsAreKept() throws Exception {
        int threads = 16;
        // So that they overlap.
        proxy.when("HEAD", "/absent$").delay(Duration.ofMillis(200));
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 5; round++) {
                CyclicBarrier together = new CyclicBarrier(threads);
                List<Future<Boolean>> calls = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    calls.add(callers.submit(() -> {
                        together.await();
                        return store.exists("absent");
                    }));
                }
                for (Future<Boolean> call : calls) {
                    assertThat(call.get()).isFalse();
                }
            }
        } finally {
            callers.shutdownNow();
        }

        // With five kept ones, each round would need eleven new ones.
        assertThat(proxy.connections()).isLessThan(2 * threads);
    }

    @Test
    void keepsVersions_bucketWithAndWithoutThem_advisesWhereItMayAsk() {
        S3ObjectStore s3 = (S3ObjectStore) store;
        String answer = "<VersioningConfiguration><Status>%s</Status></VersioningConfiguration>";

        ProxyRule refused = proxy.when("GET", "versioning").answer(403, "AccessDenied");
        assertThat(s3.keepsVersions()).isEmpty();
        refused.remove();
        ProxyRule suspended = proxy.when("GET", "versioning").answerWith(200, answer.formatted("Suspended"));
        assertThat(s3.keepsVersions()).isEmpty();
        suspended.remove();
        proxy.when("GET", "versioning").answerWith(200, answer.formatted("Enabled"));

        assertThat(s3.keepsVersions())
                .hasValueSatisfying(
                        advice -> assertThat(advice).contains(store.location()).contains("lifecycle rule"));
    }

    @Test
    void unfinishedUploads_writerKilledInMidUpload_areFoundAndCanBeDropped() throws Exception {
        ProxyRule held = proxy.when("PUT", "partNumber=3").hold();
        Process writer = S3UploadMain.start(settings(prefix, Optional.empty()), "big", threeParts());
        assertThat(held.awaitHeld(LIMIT)).isTrue();
        writer.destroyForcibly().waitFor();
        held.drop();

        assertThat(store.list("")).isEmpty();
        assertThat(store.unfinishedUploads())
                .singleElement()
                .satisfies(left -> assertThat(left.name()).startsWith("big#"));
        try (ObjectStore sibling = open(settings(prefix + "-sibling", Optional.empty()))) {
            assertThat(sibling.unfinishedUploads()).isEmpty();
        }
        store.dropUpload(store.unfinishedUploads().get(0));
        assertThat(store.unfinishedUploads()).isEmpty();
    }

    @Test
    void everyOperation_twoTenants_doNotSeeEachOther() {
        try (ObjectStore other = open(settings("other-" + prefix, Optional.empty()))) {
            store.put("a", bytes("mine"));
            other.put("a", bytes("theirs"));
            observer.createMultipartUpload(b -> b.bucket(BUCKET).key("other-" + prefix + "/half"));

            assertThat(store.read("a")).hasValue(bytes("mine"));
            assertThat(store.list("")).containsExactly("a");
            assertThat(store.unfinishedUploads()).isEmpty();
            StoredObject theirs = other.unfinishedUploads().get(0);
            store.dropUpload(theirs);
            other.delete("a");
            assertThat(other.unfinishedUploads()).containsExactly(theirs);
            assertThat(store.exists("a")).isTrue();
            other.dropUpload(theirs);
        }
    }

    @Test
    void everyWrite_encryptionAsked_isInTheRequest() throws IOException {
        // S3Proxy encrypts nothing and may refuse to be asked: what counts is what our request says.
        ProxyRule algorithm = proxy.when("*", "")
                .carrying("x-amz-server-side-encryption", "aws:kms")
                .strip("x-amz-server-side-encryption");
        ProxyRule key = proxy.when("*", "")
                .carrying("x-amz-server-side-encryption-aws-kms-key-id", "alias/mine")
                .strip("x-amz-server-side-encryption-aws-kms-key-id");
        StoreEncryption wanted = new StoreEncryption("aws:kms", Optional.of("alias/mine"));
        try (ObjectStore encrypting = open(settings(prefix, Optional.of(wanted)))) {
            encrypting.put("a", bytes("x"));
            encrypting.createIfAbsent("b", bytes("x"));
            encrypting.upload("c", Files.writeString(folder.resolve("small"), "x"));
            encrypting.upload("d", threeParts());
        }

        assertThat(algorithm.faults()).isEqualTo(4);
        assertThat(key.faults()).isEqualTo(4);
    }

    private Path threeParts() throws IOException {
        byte[] content = new byte[2 * PART_BYTES + 1000];
        new Random(2).nextBytes(content);
        return Files.write(folder.resolve("source"), content);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
