package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void take_severalTimes_givesDifferentPortsThatNoOutgoingConnectionTakes() {
        List<Integer> ports = new ArrayList<>(FreePorts.take(20));
        ports.addAll(FreePorts.take(20));

        assertThat(ports).hasSize(40).doesNotHaveDuplicates().allMatch(port -> port >= 20_000 && port < 32_768);
    }

    @Test
    void take_portInUse_isNotGiven() throws IOException {
        int port = FreePorts.take(1).get(0);
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(LocalCluster.HOST))) {
            assertThat(socket.isBound()).isTrue();
            assertThat(FreePorts.take(200)).doesNotContain(port);
        }
    }
}
