package org.crvqa.it.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * A link between two processes that a test may break, on a free port of the loopback interface. Thread-safe.
 *
 * <pre>
 * PASS       bytes go both ways
 * BLACK_HOLE nothing arrives and nobody is told, as when a cable is pulled; what was sent arrives after the link is back
 * CUT        connections are closed, new ones too
 * </pre>
 */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;

    private enum Mode {
        PASS,
        BLACK_HOLE,
        CUT,
        CLOSED
    }

    private final ServerSocket server;
    private final IntSupplier target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong held = new AtomicLong();
    private Mode mode = Mode.PASS;

    private TcpProxy(ServerSocket server, IntSupplier target) {
        this.server = server;
        this.target = target;
    }

    /** Passes what it hears to this port of the loopback interface, which each connection asks for. */
    static TcpProxy to(IntSupplier target) {
        try {
            TcpProxy proxy = new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
            proxy.daemon(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("No free port", e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** Heals the link. */
    void pass() {
        change(Mode.PASS);
    }

    /** From now on nothing arrives, and no connection is closed. */
    void blackHole() {
        change(Mode.BLACK_HOLE);
    }

    /** Closes every connection, those to come too. */
    void cut() {
        change(Mode.CUT);
        sockets.forEach(TcpProxy::closeQuietly);
    }

    /** How many pieces of data were held back so far: whether the fault bit. */
    long held() {
        return held.get();
    }

    private synchronized void change(Mode next) {
        mode = next;
        notifyAll();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket caller = server.accept();
                daemon(() -> join(caller));
            } catch (IOException e) {
                // Closed.
                return;
            }
        }
    }

    private void join(Socket caller) {
        sockets.add(caller);
        if (!awaitPassage()) {
            closeQuietly(caller);
            return;
        }
        try {
            Socket called = new Socket(InetAddress.getLoopbackAddress(), target.getAsInt());
            sockets.add(called);
            daemon(() -> pump(called, caller));
            pump(caller, called);
        } catch (IOException e) {
            closeQuietly(caller);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int count = in.read(buffer);
            while (count >= 0 && awaitPassage()) {
                out.write(buffer, 0, count);
                count = in.read(buffer);
            }
        } catch (IOException e) {
            // One of the two has gone; the other is told as soon as the link lets it through.
        }
        awaitPassage();
        closeQuietly(from);
        closeQuietly(to);
    }

    /** Waits while nothing passes. False: the connection is to be closed. */
    private synchronized boolean awaitPassage() {
        if (mode == Mode.BLACK_HOLE) {
            held.incrementAndGet();
        }
        try {
            while (mode == Mode.BLACK_HOLE) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return mode == Mode.PASS;
    }

    private void daemon(Runnable action) {
        Thread thread = new Thread(action, "proxy-" + port());
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone anyway.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        change(Mode.CLOSED);
        sockets.forEach(TcpProxy::closeQuietly);
    }
}
