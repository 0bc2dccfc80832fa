package org.crvqa.artifacts.store;

import java.net.ConnectException;
import java.net.UnknownHostException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What an exception of the S3 client means to the person whose store it is. */
final class S3Failure {
    private static final int HTTP_MOVED = 301;

    private S3Failure() {}

    /** The exception for a store that could not do something. @param location with its server, for people */
    static StoreException of(String operation, String name, String location, String bucket, Exception e) {
        String what = "Could not " + operation + " " + name + " in " + location + ": ";
        if (S3Access.refused(e)) {
            return new StoreAccessException(what + reason(e), e);
        }
        if (e instanceof S3Exception answer && S3Access.code(answer).equals("NoSuchBucket")) {
            return new StoreException(
                    what + "there is no bucket " + bucket,
                    "Create the bucket, or correct its name in --store or CRVQA_STORE (and CRVQA_S3_ENDPOINT, where the"
                            + " server is not AWS).",
                    e);
        }
        if (e instanceof S3Exception answer && answer.statusCode() == HTTP_MOVED) {
            return new StoreException(
                    what + "the bucket lies in another region", "Name its region in CRVQA_S3_REGION.", e);
        }
        if (noCredentials(e)) {
            return new StoreException(
                    what + "no credentials were found",
                    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile of ~/.aws with AWS_PROFILE.",
                    e);
        }
        Throwable root = root(e);
        if (root instanceof UnknownHostException) {
            return new StoreException(what + "there is no server " + root.getMessage(), server(), e);
        }
        if (root instanceof ConnectException) {
            return new StoreException(what + "the server cannot be reached (" + root.getMessage() + ")", server(), e);
        }
        return new StoreException(
                what + reason(e), "Check that the S3 server answers, and --store (or CRVQA_STORE).", e);
    }

    private static String server() {
        return "Check the network, and CRVQA_S3_ENDPOINT, which is the server's address; unset it for AWS.";
    }

    private static boolean noCredentials(Exception e) {
        return e instanceof SdkClientException
                && String.valueOf(e.getMessage()).startsWith("Unable to load credentials");
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** With the first cause, such as a full disk, which the SDK's own message may not name. */
    static String reason(Exception e) {
        Throwable cause = root(e);
        String message = String.valueOf(e.getMessage());
        return message.contains(String.valueOf(cause.getMessage())) ? message : message + " (" + cause + ")";
    }
}
