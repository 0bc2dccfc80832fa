package org.crvqa.cli.local;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A program that answers as a ready service does, or ends at once where FAKE_FAILS names it. */
public final class FakeService {
    private FakeService() {}

    public static void main(String[] arguments) throws Exception {
        String cache = System.getenv("CRVQA_CACHE");
        if (cache.endsWith(System.getenv().getOrDefault("FAKE_FAILS", "/none"))) {
            System.out.println("fake trouble with " + cache);
            System.exit(4);
        }
        if (System.getenv("CRVQA_DEVICE") != null) {
            System.out.println(System.getenv("CRVQA_DEVICE") + " of " + System.getenv("CUDA_VISIBLE_DEVICES"));
        }
        int port = Integer.parseInt(System.getenv("CRVQA_HTTP_PORT"));
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByName(System.getenv("CRVQA_HOST")), port), 0);
        server.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        System.out.println("trainers " + System.getenv("CRVQA_TRAINERS"));
    }
}
