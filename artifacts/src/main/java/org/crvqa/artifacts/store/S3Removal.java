package org.crvqa.artifacts.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Removals, many in one request where the server knows that request. */
final class S3Removal {
    /** More is an error of S3. */
    private static final int AT_ONCE = 1000;

    /** What servers answer that do not know the request, or not our form of it. */
    private static final Set<Integer> NOT_KNOWN = Set.of(400, 404, 405, 411, 501);

    private final S3Access access;
    private final AtomicBoolean oneByOne = new AtomicBoolean();

    S3Removal(S3Access access) {
        this.access = access;
    }

    void one(String key) {
        access.call(client -> client.deleteObject(b -> b.bucket(access.bucket()).key(key)));
    }

    /** Returns what could not be removed. */
    List<S3Error> all(Collection<String> keys) {
        List<String> ordered = List.copyOf(keys);
        List<S3Error> errors = new ArrayList<>();
        for (int start = 0; start < ordered.size(); start += AT_ONCE) {
            errors.addAll(some(ordered.subList(start, Math.min(start + AT_ONCE, ordered.size()))));
        }
        return errors;
    }

    private List<S3Error> some(List<String> keys) {
        if (!oneByOne.get()) {
            try {
                return together(keys);
            } catch (S3Exception e) {
                if (!NOT_KNOWN.contains(e.statusCode())) {
                    throw e;
                }
            }
        }
        keys.forEach(this::one);
        // Only now: the bucket may be absent, which every request would have said.
        oneByOne.set(true);
        return List.of();
    }

    private List<S3Error> together(List<String> keys) {
        List<ObjectIdentifier> objects = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(key).build())
                .toList();
        DeleteObjectsResponse response = access.call(client -> client.deleteObjects(
                b -> b.bucket(access.bucket()).delete(d -> d.objects(objects).quiet(true))));
        return response.errors();
    }
}
