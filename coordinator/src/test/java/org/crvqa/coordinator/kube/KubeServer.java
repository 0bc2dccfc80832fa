package org.crvqa.coordinator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * fabric8's mock API server in CRUD mode, with what that does not have: rights, watches that break or are too old, and a server
 * that refuses everything. The cluster's own controllers are not there; tests write what those would.
 */
final class KubeServer implements AutoCloseable {
    static final String NAMESPACE = "crvqa";
    /** Kept, so that its level stays: it writes a line for each request. */
    private static final Logger MOCK = Logger.getLogger(MockWebServer.class.getName());

    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;

    private final Crud crud = new Crud();
    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(Serialization.jsonMapper()), new MockWebServer(), new HashMap<>(), new Gate(), false);
    private final List<WebSocket> watches = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Set<Access> used = ConcurrentHashMap.newKeySet();
    private final Set<Access> refused = ConcurrentHashMap.newKeySet();
    private volatile Predicate<Access> allowed = access -> true;
    private volatile boolean away;
    private volatile boolean muted;
    private volatile boolean tooOld;

    KubeServer() {
        MOCK.setLevel(Level.WARNING);
        server.start();
    }

    String address() {
        return "http://localhost:" + server.getPort() + "/";
    }

    /** A client without any limit, for whoever plays the cluster. */
    KubernetesClient admin() {
        return client(address(), true);
    }

    /** A client such as the coordinator's, impatient so that tests need not wait. */
    KubernetesClient client() {
        return client(address(), false);
    }

    static KubernetesClient client(String address, boolean admin) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(address)
                .withNamespace(NAMESPACE)
                .withHttp2Disable(true)
                .withOauthToken(admin ? "admin" : "coordinator")
                .withRequestTimeout(10_000)
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectInterval(20)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** What may be done from now on. */
    void allow(Predicate<Access> rights) {
        allowed = rights;
    }

    /** What was done and allowed. */
    Set<Access> used() {
        return used;
    }

    /** What was refused for want of rights. */
    Set<Access> refused() {
        return refused;
    }

    /** Requests by their first line, those of the admin not. */
    List<String> asked() {
        return asked;
    }

    /** Answers nothing but 503, and ends all watches. */
    void leave() {
        away = true;
        breakWatches();
    }

    void comeBack() {
        away = false;
    }

    /** Events reach no watch any more. */
    void mute(boolean mute) {
        muted = mute;
    }

    void breakWatches() {
        watches.forEach(watch -> watch.close(1000, "broken"));
        watches.clear();
    }

    /** Every watch that begins or is there is told that what it wants to go on from is no longer known. */
    void forget() {
        tooOld = true;
        watches.forEach(KubeServer::tellGone);
    }

    void remember() {
        tooOld = false;
    }

    int watches() {
        return watches.size();
    }

    private static void tellGone(WebSocket watch) {
        watch.send("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
                + "\"message\":\"too old resource version\",\"reason\":\"Expired\",\"code\":410}}");
    }

    @Override
    public void close() {
        server.shutdown();
    }

    private final class Gate extends Dispatcher {
        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if ("Bearer admin".equals(request.getHeader("Authorization"))) {
                return answer(request);
            }
            asked.add(request.getMethod() + " " + request.getPath());
            if (away) {
                return refusal(UNAVAILABLE, "ServiceUnavailable");
            }
            Access access = Access.of(request.getMethod(), request.getPath());
            if (!allowed.test(access)) {
                refused.add(access);
                return refusal(FORBIDDEN, "Forbidden");
            }
            used.add(access);
            return watched(answer(request));
        }

        private MockResponse answer(RecordedRequest request) {
            return request.getPath().matches("[^?]*/scale(\\?.*)?") ? crud.scale(request) : crud.dispatch(request);
        }

        private MockResponse watched(MockResponse response) {
            WebSocketListener listener = response.getWebSocketListener();
            return listener == null ? response : response.withWebSocketUpgrade(new Wire(listener));
        }
    }

    private static MockResponse refusal(int code, String reason) {
        return new MockResponse()
                .setResponseCode(code)
                .setHeader("Content-Type", "application/json")
                .setBody("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"" + reason
                        + "\",\"reason\":\"" + reason + "\",\"code\":" + code + "}");
    }

    /** One watch, between the mock and its client. */
    private final class Wire extends WebSocketListener {
        private final WebSocketListener mock;

        Wire(WebSocketListener mock) {
            this.mock = mock;
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            watches.add(socket);
            if (tooOld) {
                tellGone(socket);
            }
            mock.onOpen(new Muted(socket), response);
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            mock.onClosing(socket, code, reason);
        }

        @Override
        public void onClosed(WebSocket socket, int code, String reason) {
            watches.remove(socket);
            mock.onClosed(socket, code, reason);
        }

        @Override
        public void onFailure(WebSocket socket, Throwable error, Response response) {
            watches.remove(socket);
            mock.onFailure(socket, error, response);
        }
    }

    private final class Muted implements WebSocket {
        private final WebSocket socket;

        Muted(WebSocket socket) {
            this.socket = socket;
        }

        @Override
        public RecordedRequest request() {
            return socket.request();
        }

        @Override
        public boolean send(String text) {
            return muted || socket.send(text);
        }

        @Override
        public boolean send(byte[] bytes) {
            return muted || socket.send(bytes);
        }

        @Override
        public boolean close(int code, String reason) {
            return socket.close(code, reason);
        }
    }

    /** Of a scale, a real server shows and takes the number of replicas alone, and refuses one that was changed meanwhile. */
    private static final class Crud extends KubernetesCrudDispatcher {
        private static final int CONFLICT = 409;

        MockResponse scale(RecordedRequest request) {
            String path = request.getPath().replaceFirst("/scale(\\?.*)?$", "");
            MockResponse found = handleGet(path);
            if (found.code() != 200) {
                return found;
            }
            JsonNode pool = json(found.getBody().readUtf8());
            if (request.getMethod().equals("GET")) {
                return new MockResponse().setResponseCode(200).setBody(scaleOf(pool));
            }
            JsonNode wanted = json(request.getUtf8Body());
            Optional<String> version = Optional.ofNullable(
                            wanted.path("metadata").path("resourceVersion").textValue())
                    .filter(text -> !text.equals(
                            pool.path("metadata").path("resourceVersion").textValue()));
            if (version.isPresent()) {
                return refusal(CONFLICT, "Conflict");
            }
            ObjectNode changed = pool.deepCopy();
            ((ObjectNode) changed.get("spec"))
                    .set("replicas", wanted.path("spec").path("replicas"));
            return handleUpdate(new RecordedRequest(
                    request.getHttpVersion(),
                    HttpMethod.PUT,
                    path,
                    request.getHeaders(),
                    new Buffer(changed.toString().getBytes(StandardCharsets.UTF_8))));
        }

        private static JsonNode json(String text) {
            return Serialization.unmarshal(text, JsonNode.class);
        }

        private static String scaleOf(JsonNode pool) {
            return Serialization.asJson(Map.of(
                    "apiVersion",
                    "autoscaling/v1",
                    "kind",
                    "Scale",
                    "metadata",
                    pool.get("metadata"),
                    "spec",
                    Map.of("replicas", pool.path("spec").path("replicas").asInt()),
                    "status",
                    Map.of("replicas", pool.path("status").path("replicas").asInt())));
        }
    }
}
