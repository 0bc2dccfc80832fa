package org.crvqa.coordinator.api;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;

/** Tells calls from which host they come. It is no proof of anything: a proxy is one host for many callers. */
@GlobalInterceptor
@Singleton
public final class Peer implements ServerInterceptor {
    private static final Context.Key<String> HOST = Context.keyWithDefault("peer host", "");

    /** Of the call that this thread answers; empty when it is not known. */
    static String host() {
        return HOST.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Object address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        String host = address instanceof InetSocketAddress internet ? internet.getHostString() : "";
        return Contexts.interceptCall(Context.current().withValue(HOST, host), call, headers, next);
    }
}
