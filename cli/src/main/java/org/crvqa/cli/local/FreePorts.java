package org.crvqa.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface that nothing listens on, below those from which systems take the ports of outgoing
 * connections: one of these may be taken by any program between the moment in which it is found free and the one in which a
 * service listens on it.
 */
public final class FreePorts {
    private static final int LOWEST = 20_000;
    /** Linux gives outgoing connections ports from 32768 on, others from 49152 on. */
    private static final int END = 32_768;

    private static final int ATTEMPTS = 10_000;

    /** By this process, which may start several services at once. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /**
     * So many different ports, free a moment ago, and not given to another caller: neither in this process nor, as long as
     * this process lives, in another one of this user.
     */
    public static List<Integer> take(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS && ports.size() < count; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, END);
            if (isFree(port) && GIVEN.add(port) && PortReservation.of(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw new IllegalStateException("No " + count + " free ports on " + LocalCluster.HOST + " from " + LOWEST
                    + " to " + (END - 1) + ": end programs that listen there");
        }
        return ports;
    }

    /** Whether nothing listens on the port now. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(LocalCluster.HOST))) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for a free port on " + LocalCluster.HOST, e);
        }
    }
}
