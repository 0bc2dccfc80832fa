package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PortChoiceTest {
    @Test
    void replaceTaken_allFree_keepsThem() {
        PortChoice choice = PortChoice.of(2);
        List<Integer> before = choice.ports();

        assertThat(choice.replaceTaken()).isFalse();
        assertThat(choice.ports()).isEqualTo(before);
    }

    @Test
    void replaceTaken_oneTakenAfterTheChoice_choosesOthers() throws Exception {
        PortChoice choice = PortChoice.of(2);
        int taken = choice.ports().get(1);
        try (ServerSocket another = listen(taken)) {
            assertThat(another.isBound()).isTrue();
            assertThat(choice.replaceTaken()).isTrue();

            assertThat(choice.ports()).hasSize(2).doesNotContain(taken);
            assertThat(choice.replaceTaken()).isFalse();
        }
    }

    @Test
    void replaceTaken_alwaysTaken_givesUpAfterFiveChoices() throws Exception {
        try (ServerSocket another = listen(0)) {
            AtomicInteger asked = new AtomicInteger();
            PortChoice choice = PortChoice.of(1, count -> {
                asked.incrementAndGet();
                return List.of(another.getLocalPort());
            });
            int replaced = 0;
            while (choice.replaceTaken()) {
                replaced++;
            }
            assertThat(replaced).isEqualTo(4);
            assertThat(asked).hasValue(5);
        }
    }

    private static ServerSocket listen(int port) throws Exception {
        return new ServerSocket(port, 1, InetAddress.getByName(LocalCluster.HOST));
    }
}
