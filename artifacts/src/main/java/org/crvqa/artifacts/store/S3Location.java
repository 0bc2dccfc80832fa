package org.crvqa.artifacts.store;

import java.net.URI;
import org.crvqa.artifacts.InvalidInputException;

/**
 * A bucket and the part of it that a store uses.
 *
 * @param bucket name of the bucket
 * @param prefix of every key: empty, or parts that end with '/'
 */
record S3Location(String bucket, String prefix) {
    /** @throws InvalidInputException when it is not {@code s3://bucket/prefix} */
    static S3Location parse(URI location) {
        String bucket = location.getRawAuthority();
        if (bucket == null || bucket.contains("@") || bucket.contains(":")) {
            throw malformed(location, "between s3:// and the next '/' stands the name of a bucket and nothing else");
        }
        if (location.getQuery() != null || location.getFragment() != null) {
            throw malformed(location, "nothing may follow the prefix");
        }
        String path = location.getPath();
        int start = path.startsWith("/") ? 1 : 0;
        int end = path.endsWith("/") ? path.length() - 1 : path.length();
        String prefix = start < end ? path.substring(start, end) : "";
        try {
            return new S3Location(bucket, prefix.isEmpty() ? "" : ObjectName.check(prefix) + "/");
        } catch (IllegalArgumentException e) {
            throw malformed(location, e.getMessage());
        }
    }

    String key(String name) {
        return prefix + ObjectName.check(name);
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }

    private static InvalidInputException malformed(URI location, String why) {
        // The location is not repeated: what is wrong with it may be that it holds credentials.
        String shown =
                location.getRawAuthority() != null && location.getRawAuthority().contains("@")
                        ? "s3://..."
                        : location.toString();
        return new InvalidInputException(
                "Not the location of an S3 store: " + shown + ": " + why,
                "Give s3://bucket/prefix; credentials come from the environment or the AWS profile.");
    }
}
