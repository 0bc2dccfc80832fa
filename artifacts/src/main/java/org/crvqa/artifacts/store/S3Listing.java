package org.crvqa.artifacts.store;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Listings of the objects of a store, a page of the server's size at a time. */
record S3Listing(S3Access access, S3Location place, String location) {
    /** As {@link ObjectStore#visit}. */
    void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        String last = after;
        String page = null;
        do {
            ListObjectsV2Request request = request(prefix, after, page);
            ListObjectsV2Response response = access.call(client -> client.listObjectsV2(request));
            for (S3Object object : response.contents()) {
                String name = object.key().substring(place.prefix().length());
                if (!ObjectName.isLegal(name)) {
                    continue;
                }
                checkOrder(last, name);
                last = name;
                if (!visitor.test(new StoredObject(name, object.size(), object.lastModified()))) {
                    return;
                }
            }
            page = response.nextContinuationToken();
        } while (page != null);
    }

    private ListObjectsV2Request request(String prefix, String after, @Nullable String page) {
        return ListObjectsV2Request.builder()
                .bucket(place.bucket())
                .prefix(place.prefix() + prefix)
                .startAfter(after.isEmpty() ? null : place.prefix() + after)
                .continuationToken(page)
                .build();
    }

    private void checkOrder(String last, String name) {
        if (name.compareTo(last) <= 0) {
            throw new StoreException("The server of " + location + " lists " + name + " behind " + last
                    + ", expected was the order of their names. Use a server or a kind of bucket that lists in order:"
                    + " general purpose buckets of AWS do, its directory buckets do not.");
        }
    }
}
