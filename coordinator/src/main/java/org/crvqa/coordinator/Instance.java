package org.crvqa.coordinator;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The name under which a coordinator takes part in elections: the same before and after a restart, another one for every
 * other process.
 */
final class Instance {
    private Instance() {}

    /** {@code bound}: the address that the server listens on; only one that means this machine everywhere is used. */
    static String name(String bound, String port, String machine) {
        boolean anywhere = bound.equals("0.0.0.0") || bound.equals("::") || bound.isBlank();
        boolean here = bound.startsWith("127.") || bound.equals("localhost") || bound.equals("::1");
        return (anywhere || here ? machine : bound) + ":" + port;
    }

    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }
}
