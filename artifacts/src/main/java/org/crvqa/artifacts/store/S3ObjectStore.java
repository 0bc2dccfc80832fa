package org.crvqa.artifacts.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Objects in a bucket of S3 or a compatible server. Every write carries an id of its own as metadata: when the answer
 * to a conditional write is lost, or a retry inside the SDK meets the object that the first attempt made, the id tells
 * one's own write from another's, also where both wrote the same bytes.
 */
final class S3ObjectStore implements ObjectStore {
    static final long PART_BYTES = 32L << 20;

    private static final String WRITE_ID = "crvqa-write";
    private static final int CONFLICT_ATTEMPTS = 5;

    /** Parts under way at once, of all transfers of a store together. */
    private static final int PARALLEL_PARTS = 4;

    private final StoreSettings settings;
    private final SdkHttpClient http;
    private final long partBytes;
    private final S3Location place;
    private final String location;
    private final S3Access access;
    private final ParallelCalls parallel = new ParallelCalls(PARALLEL_PARTS);
    private final S3Upload upload;
    private final S3Download download;
    private final S3UnfinishedUploads uploads;
    private final S3Listing listing;
    private final S3Removal removal;
    private final List<S3ObjectStore> quick = new CopyOnWriteArrayList<>();
    private @Nullable S3Client patient;

    /**
     * Takes over {@code credentials} and {@code http}, which are closed with the store. {@code partBytes} as in
     * {@link S3Upload}.
     */
    S3ObjectStore(StoreSettings settings, S3Credentials credentials, SdkHttpClient http, long partBytes) {
        this(settings, credentials, http, partBytes, S3Limits.STANDARD);
    }

    private S3ObjectStore(
            StoreSettings settings, S3Credentials credentials, SdkHttpClient http, long partBytes, S3Limits limits) {
        this.settings = settings;
        this.http = http;
        this.partBytes = partBytes;
        this.place = S3Location.parse(settings.location());
        this.location = place + settings.endpoint().map(uri -> " at " + uri).orElse("");
        this.access = new S3Access(S3Clients.open(settings, credentials, http, limits), credentials, place.bucket());
        this.upload = new S3Upload(access, this::patient, settings.encryption(), parallel, partBytes);
        this.download = new S3Download(access, parallel, partBytes);
        this.uploads = new S3UnfinishedUploads(access, place);
        this.listing = new S3Listing(access, place, location);
        this.removal = new S3Removal(access);
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        String key = place.key(name);
        String id = UUID.randomUUID().toString();
        for (int attempt = 1; ; attempt++) {
            try {
                upload.put(key, content, Map.of(WRITE_ID, id), true);
                return true;
            } catch (SdkException e) {
                if (S3Access.notImplemented(e)) {
                    throw new NoConditionalWritesException(
                            "Could not create " + name + " in " + location + ": " + S3Failure.reason(e), e);
                }
                if (!S3Access.mayBeDone(e)) {
                    throw failed("create", name, e);
                }
                Optional<String> writer = writer("create", name, e);
                if (writer.isPresent()) {
                    return writer.get().equals(id);
                }
                // Refused because of another write or a removal under way, and now there is nothing: try again.
                if (!S3Access.conflict(e) || attempt == CONFLICT_ATTEMPTS) {
                    throw failed("create", name, e);
                }
            }
        }
    }

    @Override
    public boolean recognisesOwnWrite(String name) {
        String key = place.key(name);
        Map<String, String> written = Map.of(WRITE_ID, UUID.randomUUID().toString());
        return call("write", name, () -> {
            upload.put(key, new byte[0], written, false);
            return access.head(key).map(HeadObjectResponse::metadata).equals(Optional.of(written));
        });
    }

    @Override
    public void put(String name, byte[] content) {
        String key = place.key(name);
        try {
            upload.put(key, content, Map.of(), false);
        } catch (SdkException e) {
            throw failed("write", name, e);
        }
    }

    @Override
    public void upload(String name, Path source) {
        String key = place.key(name);
        String id = UUID.randomUUID().toString();
        try {
            upload.run(key, source, Map.of(WRITE_ID, id));
        } catch (SdkException e) {
            // Whatever the status: a completion that is repeated after success is told that its parts do not exist.
            String operation = "upload " + source + " as";
            if (!writer(operation, name, e).equals(Optional.of(id))) {
                throw failed(operation, name, e);
            }
        } catch (IOException e) {
            throw failed("upload " + source + " as", name, e);
        }
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        String key = place.key(name);
        Optional<S3Body.Content> found = call("read", name, () -> download.read(key, mostBytes));
        return found.map(content -> {
            if (!content.isWhole()) {
                throw new ObjectTooLargeException(location, name, content.size(), mostBytes);
            }
            return content.bytes();
        });
    }

    @Override
    public boolean download(String name, Path target) {
        String key = place.key(name);
        if (Files.exists(target)) {
            throw new StoreException("Could not download " + name + " from " + location + ": " + target + " exists");
        }
        try {
            return download.run(key, target);
        } catch (SdkException | IOException e) {
            throw failed("download to " + target, name, e);
        }
    }

    @Override
    public boolean exists(String name) {
        String key = place.key(name);
        return call("look for", name, () -> access.head(key)).isPresent();
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        ObjectName.checkPrefix(prefix);
        ObjectName.checkPrefix(after);
        try {
            listing.visit(prefix, after, visitor);
        } catch (SdkException e) {
            throw failed("list", prefix, e);
        }
    }

    @Override
    public void delete(String name) {
        String key = place.key(name);
        try {
            removal.one(key);
        } catch (SdkException e) {
            throw failed("delete", name, e);
        }
    }

    @Override
    public void deleteAll(Collection<String> names) {
        List<String> keys = names.stream().map(place::key).toList();
        List<S3Error> errors = call("delete", keys.size() + " objects", () -> removal.all(keys));
        if (!errors.isEmpty()) {
            S3Error first = errors.get(0);
            throw new StoreException("Could not delete " + errors.size() + " of " + keys.size() + " objects in "
                    + location + ", the first of them " + first.key() + ": " + first.code() + ", " + first.message());
        }
    }

    @Override
    public ObjectStore within(Duration attempt, Duration call) {
        S3Limits limits = S3Limits.within(attempt, call);
        S3ObjectStore store =
                new S3ObjectStore(settings, access.credentials(), S3Clients.http(limits), partBytes, limits);
        quick.add(store);
        return store;
    }

    @Override
    public Optional<Path> localFile(String name) {
        ObjectName.check(name);
        return Optional.empty();
    }

    @Override
    public List<StoredObject> unfinishedUploads() {
        return call("list the unfinished uploads of", ".", uploads::list);
    }

    @Override
    public Instant latestProgress(StoredObject upload) {
        return call("list the parts of the upload", upload.name(), () -> uploads.latestProgress(upload));
    }

    @Override
    public void dropUpload(StoredObject upload) {
        call("drop the upload", upload.name(), () -> uploads.drop(upload));
    }

    @Override
    public Instant storeTime() {
        return call(
                        "read the clock of",
                        ".",
                        () -> access.call(client -> client.listObjectsV2(b -> b.bucket(place.bucket())
                                        .prefix(place.prefix())
                                        .maxKeys(1))
                                .sdkHttpResponse()))
                .firstMatchingHeader("Date")
                .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant())
                .orElseThrow(() -> new StoreException("The answers of " + location + " have no Date header"));
    }

    /** What the bucket makes of writes again and again of one name, if that is bad and can be found out. */
    Optional<String> keepsVersions() {
        try {
            // Not everybody may ask this, which is no reason to load credentials anew.
            GetBucketVersioningResponse answer = access.client()
                    .getBucketVersioning(b -> b.bucket(place.bucket()).overrideConfiguration(S3Clients.brief()));
            return answer.status() == BucketVersioningStatus.ENABLED
                    ? Optional.of("The bucket of " + location + " keeps all versions of its objects. A coordinator"
                            + " renews its sign of life every few seconds, readers their pins: thousands of versions a"
                            + " day that nobody removes. Suspend versioning, or give the bucket a lifecycle rule that"
                            + " expires noncurrent versions after a day.")
                    : Optional.empty();
        } catch (SdkException e) {
            return Optional.empty();
        }
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public void close() {
        quick.forEach(S3ObjectStore::disconnect);
        disconnect();
        access.credentials().close();
    }

    /** Made when it is needed first: most processes upload no large file. */
    private synchronized S3Client patient() {
        if (patient == null) {
            SdkHttpClient waiting = S3Clients.http(S3Limits.PATIENT);
            patient = S3Clients.open(settings, access.credentials(), waiting, S3Limits.PATIENT);
        }
        return patient;
    }

    private synchronized void disconnect() {
        parallel.close();
        access.client().close();
        if (patient != null) {
            patient.close();
        }
        http.close();
    }

    /** The id of the write that made the object; empty text when it has none. Empty when there is no object. */
    private Optional<String> writer(String operation, String name, SdkException cause) {
        try {
            return access.head(place.key(name)).map(head -> head.metadata().getOrDefault(WRITE_ID, ""));
        } catch (SdkException e) {
            cause.addSuppressed(e);
            throw failed(operation, name, cause);
        }
    }

    private <T> T call(String operation, String name, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw failed(operation, name, e);
        }
    }

    private StoreException failed(String operation, String name, Exception e) {
        return S3Failure.of(operation, name, location, place.bucket(), e);
    }
}
