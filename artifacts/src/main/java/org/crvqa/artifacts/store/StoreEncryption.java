package org.crvqa.artifacts.store;

import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.InvalidInputException;

/**
 * How an S3 server is asked to encrypt what it stores.
 *
 * @param algorithm {@code AES256} or {@code aws:kms}
 * @param kmsKey id, alias or ARN of the key of {@code aws:kms}; empty: the account's own
 */
public record StoreEncryption(String algorithm, Optional<String> kmsKey) {
    private static final String KMS = "aws:kms";

    /** @throws InvalidInputException when the algorithm is another, or has no use for a key */
    public StoreEncryption {
        if (!algorithm.equals("AES256") && !algorithm.equals(KMS)) {
            throw new InvalidInputException(
                    "CRVQA_S3_SSE is '" + algorithm + "', expected AES256 or aws:kms",
                    "Set it to AES256 (keys of the server) or aws:kms (a key of yours), or unset it.");
        }
        if (kmsKey.isPresent() && !algorithm.equals(KMS)) {
            throw new InvalidInputException(
                    "CRVQA_S3_KMS_KEY is set, but CRVQA_S3_SSE is " + algorithm,
                    "Set CRVQA_S3_SSE to aws:kms, or unset CRVQA_S3_KMS_KEY.");
        }
    }

    /** From {@code CRVQA_S3_SSE} and {@code CRVQA_S3_KMS_KEY}; empty when neither is set. */
    static Optional<StoreEncryption> fromEnvironment(Map<String, String> environment) {
        Optional<String> algorithm = StoreSettings.value(environment, "CRVQA_S3_SSE");
        Optional<String> key = StoreSettings.value(environment, "CRVQA_S3_KMS_KEY");
        if (algorithm.isEmpty() && key.isPresent()) {
            throw new InvalidInputException(
                    "CRVQA_S3_KMS_KEY is set, but CRVQA_S3_SSE is not",
                    "Set CRVQA_S3_SSE to aws:kms, or unset CRVQA_S3_KMS_KEY.");
        }
        return algorithm.map(name -> new StoreEncryption(name, key));
    }
}
