package org.crvqa.artifacts.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP proxy in front of an S3 server that makes faults as rules say, which a test adds and removes at run time.
 * Requests pass as they are, with the client's Host, so that their signatures stay valid. When several rules apply to a
 * request, the first one that ends it decides; delays and stripped headers add up.
 */
public final class FaultyS3Proxy implements AutoCloseable {
    private final URI upstream;
    private final ServerSocket listener;
    private final List<ProxyRule> rules = new CopyOnWriteArrayList<>();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    private FaultyS3Proxy(URI upstream, ServerSocket listener) {
        this.upstream = upstream;
        this.listener = listener;
    }

    /** Listens on a free port of this machine. {@code upstream} is a plain HTTP address with a port. */
    public static FaultyS3Proxy start(URI upstream) throws IOException {
        ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        FaultyS3Proxy proxy = new FaultyS3Proxy(upstream, listener);
        daemon(proxy::accept, "faulty-s3-proxy");
        return proxy;
    }

    /** Where clients connect to. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /**
     * Starts a rule for requests.
     *
     * @param method such as PUT, or * for any
     * @param targetRegex to be found in the path with its query, such as {@code partNumber=} or {@code /manifest\.json}
     */
    public ProxyRule.When when(String method, String targetRegex) {
        return new ProxyRule.When(this, method, targetRegex);
    }

    /** Removes all rules; held requests go on. */
    public void clear() {
        rules.forEach(ProxyRule::remove);
    }

    /** Requests so far, with or without a fault. */
    public int requests() {
        return requests.get();
    }

    /** Connections of clients so far. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        clear();
        for (Socket client : clients) {
            client.close();
        }
    }

    void add(ProxyRule rule) {
        rules.add(rule);
    }

    void remove(ProxyRule rule) {
        rules.remove(rule);
    }

    /** The faults for a new request, in the order of their rules. */
    List<ProxyFault> faults(ProxyMessage request) {
        requests.incrementAndGet();
        return rules.stream().flatMap(rule -> rule.apply(request).stream()).toList();
    }

    Socket connect() throws IOException {
        return new Socket(upstream.getHost(), upstream.getPort());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                clients.add(client);
                connections.incrementAndGet();
                daemon(() -> serve(client), "faulty-s3-proxy-connection");
            } catch (IOException e) {
                // The listener was closed, which ends the loop, or a client vanished before it was accepted.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            new ProxyConnection(this, client).run();
        } catch (IOException e) {
            // The client or the server is gone: closing the connection says so to the client.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            clients.remove(client);
        }
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
