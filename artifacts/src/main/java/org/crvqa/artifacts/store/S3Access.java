package org.crvqa.artifacts.store;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Calls to a bucket. One that is refused for its credentials is made once more with credentials loaded anew; everything
 * else that is worth another try is the client's to repeat, a bounded number of times with growing random pauses.
 */
record S3Access(S3Client client, S3Credentials credentials, String bucket) {
    private static final int HTTP_BAD_REQUEST = 400;
    private static final int HTTP_UNAUTHORIZED = 401;
    private static final int HTTP_FORBIDDEN = 403;
    private static final int HTTP_NOT_FOUND = 404;
    private static final int HTTP_REQUEST_TIMEOUT = 408;
    private static final int HTTP_CONFLICT = 409;
    private static final int HTTP_PRECONDITION_FAILED = 412;
    private static final int HTTP_INTERNAL_ERROR = 500;
    private static final int HTTP_NOT_IMPLEMENTED = 501;
    private static final Set<String> REFUSED_WITH_400 =
            Set.of("ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired", "");

    <T> T call(Function<S3Client, T> request) {
        int loads = credentials.loads();
        try {
            return request.apply(client);
        } catch (SdkException e) {
            if (!refused(e)) {
                throw e;
            }
            credentials.reload(loads);
        }
        return request.apply(client);
    }

    /** What the server says of the object, when it exists. */
    Optional<HeadObjectResponse> head(String key) {
        try {
            return Optional.of(
                    call(client -> client.headObject(b -> b.bucket(bucket).key(key))));
        } catch (S3Exception e) {
            if (absent(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether the answer says that there is no such object; some servers, and all to a HEAD, give no code with it. */
    static boolean absent(S3Exception e) {
        return e.statusCode() == HTTP_NOT_FOUND && !code(e).equals("NoSuchBucket");
    }

    /** Whether the server does not know what it was asked for. */
    static boolean notImplemented(SdkException e) {
        return e instanceof S3Exception answer
                && (answer.statusCode() == HTTP_NOT_IMPLEMENTED || code(answer).equals("NotImplemented"));
    }

    /** Whether the server does not take the credentials. The answer to a HEAD has a status, but no code. */
    static boolean refused(Exception e) {
        if (!(e instanceof S3Exception answer)) {
            return false;
        }
        int status = answer.statusCode();
        return status == HTTP_UNAUTHORIZED
                || status == HTTP_FORBIDDEN
                || (status == HTTP_BAD_REQUEST && REFUSED_WITH_400.contains(code(answer)));
    }

    /** Whether a write that ended so may have been applied, now or by an earlier attempt inside the SDK. */
    static boolean mayBeDone(SdkException e) {
        if (!(e instanceof S3Exception answer)) {
            return true;
        }
        int status = answer.statusCode();
        return conflict(e) || status == HTTP_REQUEST_TIMEOUT || status >= HTTP_INTERNAL_ERROR;
    }

    /** Whether another write or removal of the same object stood in the way. */
    static boolean conflict(SdkException e) {
        return e instanceof S3Exception answer
                && (answer.statusCode() == HTTP_CONFLICT || answer.statusCode() == HTTP_PRECONDITION_FAILED);
    }

    /** The error code; empty text when the answer has none. */
    static String code(S3Exception e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
    }
}
