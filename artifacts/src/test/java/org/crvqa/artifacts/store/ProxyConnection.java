package org.crvqa.artifacts.store;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One client's connection to {@link FaultyS3Proxy}: its requests, one after the other. */
final class ProxyConnection {
    private final FaultyS3Proxy proxy;
    private final Socket client;
    private final InputStream in;
    private final OutputStream out;

    ProxyConnection(FaultyS3Proxy proxy, Socket client) throws IOException {
        this.proxy = proxy;
        this.client = client;
        this.in = new BufferedInputStream(client.getInputStream(), 64 << 10);
        this.out = client.getOutputStream();
    }

    /** Returns when the connection is to be closed. */
    void run() throws IOException, InterruptedException {
        boolean open = true;
        while (open) {
            Optional<ProxyMessage> request = ProxyMessage.read(in);
            open = request.isPresent() && serve(request.get());
        }
    }

    /** Whether another request may follow. */
    private boolean serve(ProxyMessage received) throws IOException, InterruptedException {
        ProxyMessage request = received;
        boolean lose = false;
        boolean flip = false;
        long limit = Long.MAX_VALUE;
        for (ProxyFault fault : proxy.faults(received)) {
            if (fault instanceof ProxyFault.Answer answer) {
                return answer(received, answer);
            } else if (fault instanceof ProxyFault.Drop) {
                return false;
            } else if (fault instanceof ProxyFault.Hold hold && hold.hangsUp) {
                return forwardLate(request, hold);
            } else if (fault instanceof ProxyFault.Hold hold) {
                hold.arrived.countDown();
                hold.decided.await();
                if (hold.dropped) {
                    return false;
                }
            } else if (fault instanceof ProxyFault.Delay delay) {
                Thread.sleep(delay.duration().toMillis());
            } else if (fault instanceof ProxyFault.Strip strip) {
                request = request.without(strip.header());
            } else if (fault instanceof ProxyFault.CutAnswer cut) {
                limit = cut.bytes();
            } else if (fault instanceof ProxyFault.FlipBit) {
                flip = true;
            } else {
                lose = true;
            }
        }
        return forward(request, flip, lose, limit);
    }

    private boolean answer(ProxyMessage request, ProxyFault.Answer answer) throws IOException {
        sayContinue(request);
        request.copyBody(in, OutputStream.nullOutputStream(), Long.MAX_VALUE);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean head = request.method().equals("HEAD");
        List<String> headers = new ArrayList<>(List.of("Content-Type: application/xml", "x-amz-request-id: injected"));
        headers.add("Content-Length: " + (head ? 0 : body.length));
        new ProxyMessage("HTTP/1.1 " + answer.status() + " Injected", headers).write(out);
        if (!head) {
            out.write(body);
            out.flush();
        }
        return true;
    }

    private boolean forward(ProxyMessage request, boolean flip, boolean lose, long limit) throws IOException {
        try (Socket server = proxy.connect()) {
            OutputStream toServer = server.getOutputStream();
            // Neither header is part of the signature.
            request.without("expect")
                    .without("connection")
                    .with("Connection: close")
                    .write(toServer);
            sayContinue(request);
            // The half falls on a signature between two chunks, which such a server ignores.
            long third = request.length().orElse(0L) / 3;
            request.copyBody(in, flip ? flipping(toServer, third) : toServer, Long.MAX_VALUE);
            InputStream fromServer = new BufferedInputStream(server.getInputStream(), 64 << 10);
            ProxyMessage answer = ProxyMessage.read(fromServer)
                    .orElseThrow(() -> new IOException("The server closed the connection"));
            if (lose) {
                // Only the end of the answer says that the server has done its work.
                fromServer.transferTo(OutputStream.nullOutputStream());
                return false;
            }
            return relay(request, answer.without("connection"), fromServer, limit);
        }
    }

    private boolean forwardLate(ProxyMessage request, ProxyFault.Hold hold) throws IOException, InterruptedException {
        sayContinue(request);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        request.copyBody(in, body, Long.MAX_VALUE);
        client.close();
        hold.arrived.countDown();
        hold.decided.await();
        if (hold.dropped) {
            return false;
        }
        try (Socket server = proxy.connect()) {
            OutputStream toServer = server.getOutputStream();
            request.without("expect")
                    .without("connection")
                    .with("Connection: close")
                    .write(toServer);
            body.writeTo(toServer);
            server.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        return false;
    }

    private boolean relay(ProxyMessage request, ProxyMessage answer, InputStream fromServer, long limit)
            throws IOException {
        boolean bodyless = request.method().equals("HEAD") || answer.status() == 204 || answer.status() == 304;
        boolean delimited = bodyless || answer.isChunked() || answer.length().isPresent();
        (delimited ? answer : answer.with("Connection: close")).write(out);
        if (bodyless) {
            return true;
        }
        if (!delimited) {
            fromServer.transferTo(out);
            return false;
        }
        return answer.copyBody(fromServer, out, limit);
    }

    private static OutputStream flipping(OutputStream out, long position) {
        return new FilterOutputStream(out) {
            private long written;

            @Override
            public void write(byte[] bytes, int start, int count) throws IOException {
                byte[] sent = Arrays.copyOfRange(bytes, start, start + count);
                if (position >= written && position < written + count) {
                    sent[(int) (position - written)] ^= 1;
                }
                written += count;
                out.write(sent);
            }
        };
    }

    private void sayContinue(ProxyMessage request) throws IOException {
        if (request.header("expect").isPresent()) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }
}
