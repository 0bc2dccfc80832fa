package org.crvqa.artifacts.store;

import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.profiles.ProfileFileSupplier;

/**
 * Credentials that can be loaded anew. The providers of the SDK keep what they found until its announced end; a server
 * may refuse it earlier, and keys in a profile file announce no end. Thread-safe.
 */
final class S3Credentials implements AwsCredentialsProvider {
    private final Supplier<AwsCredentialsProvider> chain;
    private AwsCredentialsProvider current;
    private int loads = 1;

    /** {@code chain} gives a provider that has nothing cached. */
    S3Credentials(Supplier<AwsCredentialsProvider> chain) {
        this.chain = chain;
        this.current = chain.get();
    }

    /** AWS' default chain: system properties, environment, web identity, profile file, container, instance. */
    static S3Credentials standard() {
        return new S3Credentials(() -> DefaultCredentialsProvider.builder()
                .profileFile(ProfileFileSupplier.defaultSupplier())
                .build());
    }

    @Override
    public synchronized AwsCredentials resolveCredentials() {
        return current.resolveCredentials();
    }

    /** How often they were loaded; to be asked before the request that may be refused. */
    synchronized int loads() {
        return loads;
    }

    /** Loads them anew, unless another thread did so since {@code seen} loads: one expiry is one reload. */
    synchronized void reload(int seen) {
        if (loads == seen) {
            close();
            current = chain.get();
            loads++;
        }
    }

    synchronized void close() {
        if (current instanceof DefaultCredentialsProvider provider) {
            provider.close();
        }
    }
}
