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
import org.crvqa.coordinator.v1.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Tells calls from which host they come, and what callers say of themselves. It is no proof of anything: a proxy is one host
 * for many callers, and anybody may say anything.
 */
@GlobalInterceptor
@Singleton
public final class Peer implements ServerInterceptor {
    private static final Context.Key<Caller> CALLER = Context.keyWithDefault("caller", Caller.getDefaultInstance());
    private static final Metadata.Key<String> USER = Metadata.Key.of("x-crvqa-user", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> AGENT = Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MOST_CHARACTERS = 200;

    /** Of the call that this thread answers; empty when it is not known. */
    static String host() {
        return caller().getHost();
    }

    /** Who makes the call that this thread answers. */
    static Caller caller() {
        return CALLER.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Object address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        Caller caller = Caller.newBuilder()
                .setHost(address instanceof InetSocketAddress internet ? internet.getHostString() : "")
                .setUser(brief(headers.get(USER)))
                .setAgent(brief(headers.get(AGENT)))
                .build();
        return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
    }

    /** It is kept and shown. */
    private static String brief(@Nullable String said) {
        String plain =
                said == null ? "" : said.replaceAll("[^\\x20-\\x7e]+", " ").strip();
        return plain.substring(0, Math.min(plain.length(), MOST_CHARACTERS));
    }
}
