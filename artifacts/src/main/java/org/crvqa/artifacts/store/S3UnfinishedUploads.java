package org.crvqa.artifacts.store;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;

/** Multipart uploads that were begun below the prefix of a store; named {@code object#upload-id}. */
record S3UnfinishedUploads(S3Access access, S3Location place) {
    private static final char BEFORE_ID = '#';

    List<StoredObject> list() {
        return access.call(client ->
                client
                        .listMultipartUploadsPaginator(
                                b -> b.bucket(place.bucket()).prefix(place.prefix()))
                        .uploads()
                        .stream()
                        // Some servers ignore the prefix.
                        .filter(upload -> upload.key().startsWith(place.prefix()))
                        .map(this::stored)
                        .sorted(Comparator.comparing(StoredObject::name))
                        .toList());
    }

    /** When its latest part arrived, or else when it was begun. */
    Instant latestProgress(StoredObject upload) {
        String key = key(upload);
        String id = id(upload);
        try {
            return access.call(client ->
                    client
                            .listPartsPaginator(
                                    b -> b.bucket(place.bucket()).key(key).uploadId(id))
                            .parts()
                            .stream()
                            .map(Part::lastModified)
                            .max(Comparator.naturalOrder())
                            .orElse(upload.modified()));
        } catch (NoSuchUploadException e) {
            return upload.modified();
        }
    }

    private String key(StoredObject upload) {
        return place.key(upload.name().substring(0, end(upload)));
    }

    private static String id(StoredObject upload) {
        return upload.name().substring(end(upload) + 1);
    }

    private static int end(StoredObject upload) {
        int end = upload.name().lastIndexOf(BEFORE_ID);
        if (end < 0 || end == upload.name().length() - 1) {
            throw new IllegalArgumentException("Not an unfinished upload: " + upload.name());
        }
        return end;
    }

    /** Returns the upload. */
    StoredObject drop(StoredObject upload) {
        String key = key(upload);
        String id = id(upload);
        try {
            access.call(client -> client.abortMultipartUpload(
                    b -> b.bucket(place.bucket()).key(key).uploadId(id)));
        } catch (NoSuchUploadException e) {
            // It was finished or dropped meanwhile.
        }
        return upload;
    }

    private StoredObject stored(MultipartUpload upload) {
        String name = upload.key().substring(place.prefix().length());
        return new StoredObject(name + BEFORE_ID + upload.uploadId(), 0, upload.initiated());
    }
}
