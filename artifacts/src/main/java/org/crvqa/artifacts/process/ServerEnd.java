package org.crvqa.artifacts.process;

import io.grpc.InternalServer;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a gRPC server while its event loop still works: callers are told to go elsewhere, and calls that they had sent before
 * they heard it are answered. Quarkus alone takes the loop away first; then each call on an open connection fails with
 * INTERNAL, which nobody repeats, and leaves two stack traces in the log ("Exception in onHeadersRead(): Index 0 out of
 * bounds"). Quarkus gives nobody its server, but every call knows it. Thread-safe.
 */
public final class ServerEnd implements ServerInterceptor {
    /** Callers need as long as a message takes to them and back. Streams that nobody ends are broken off by the process's end. */
    private static final long LONGEST_MILLIS = 1000;

    private volatile @Nullable Server server;

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (server == null) {
            server = InternalServer.SERVER_CONTEXT_KEY.get();
        }
        return next.startCall(call, headers);
    }

    /** Takes no calls from now on, and waits a moment for the end of those that are under way. */
    public void await() throws InterruptedException {
        Server known = server;
        // Else nobody has ever called.
        if (known != null) {
            known.shutdown().awaitTermination(LONGEST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
