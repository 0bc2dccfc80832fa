package org.crvqa.artifacts.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Passes requests on, and lets the connection break for some: before the server got them, or before its answer came. */
final class FaultyHttpClient implements SdkHttpClient {
    private final SdkHttpClient delegate;
    private final AtomicInteger faults = new AtomicInteger();
    private Predicate<SdkHttpRequest> affected = request -> false;
    private boolean afterServerActed;
    private int remaining;

    FaultyHttpClient(SdkHttpClient delegate) {
        this.delegate = delegate;
    }

    /** Breaks the next {@code times} matching requests; the server never sees them. */
    synchronized void breakBefore(int times, Predicate<SdkHttpRequest> matching) {
        affected = matching;
        remaining = times;
        afterServerActed = false;
    }

    /** Breaks the next {@code times} matching requests after the server has carried them out. */
    synchronized void loseAnswers(int times, Predicate<SdkHttpRequest> matching) {
        affected = matching;
        remaining = times;
        afterServerActed = true;
    }

    /** Faults so far. */
    int faults() {
        return faults.get();
    }

    private synchronized boolean hit(SdkHttpRequest request) {
        if (remaining == 0 || !affected.test(request)) {
            return false;
        }
        remaining--;
        faults.incrementAndGet();
        return true;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = delegate.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                if (!hit(request.httpRequest())) {
                    return prepared.call();
                }
                if (afterServerActed) {
                    prepared.call().responseBody().ifPresent(body -> body.abort());
                }
                throw new IOException("injected: connection reset");
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    @Override
    public String clientName() {
        return delegate.clientName();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
