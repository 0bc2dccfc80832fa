package org.crvqa.coordinator.dispatch;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.crvqa.artifacts.InvalidInputException;

/** Makes clients from a static list of workers. */
public final class WorkerAddresses {
    private static final Pattern FORM = Pattern.compile("[^\\s,/:]+:[0-9]{1,5}|\\[[0-9a-fA-F:]+]:[0-9]{1,5}");

    /**
     * A connection to a machine that vanished looks open for a quarter of an hour, and new calls use it. Not below what
     * the workers permit (quarkus.grpc.server.netty.permit-keep-alive-time).
     */
    private static final long PING_AFTER_SECONDS = 20;

    private static final long PING_TIMEOUT_SECONDS = 10;

    private static final int MAX_PORT = 65_535;

    private WorkerAddresses() {}

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /**
     * One client per address of three comma-separated lists of host:port. The caller closes them.
     *
     * @throws InvalidInputException when an address is malformed or given twice
     */
    public static List<WorkerClient> connect(String trainers, String pruners, String evaluators) {
        List<WorkerClient> clients = new ArrayList<>();
        connect("CRVQA_TRAINERS", trainers, TrainerClient::new, clients);
        connect("CRVQA_PRUNERS", pruners, PrunerClient::new, clients);
        connect("CRVQA_EVALUATORS", evaluators, EvaluatorClient::new, clients);
        return clients;
    }

    private static void connect(
            String variable,
            String list,
            BiFunction<String, ManagedChannel, WorkerClient> client,
            List<WorkerClient> clients) {
        for (String part : list.split(",", -1)) {
            String address = part.strip();
            if (address.isEmpty()) {
                continue;
            }
            if (!FORM.matcher(address).matches() || port(address) < 1 || port(address) > MAX_PORT) {
                throw new InvalidInputException(
                        variable + " holds '" + address + "', expected host:port with a port from 1 to " + MAX_PORT,
                        "Give the workers as host:port,host:port.");
            }
            if (clients.stream().anyMatch(known -> known.address().equals(address))) {
                throw new InvalidInputException(
                        variable + " holds " + address + " a second time", "Give each worker once.");
            }
            clients.add(client.apply(
                    address,
                    Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                            .keepAliveTime(PING_AFTER_SECONDS, TimeUnit.SECONDS)
                            .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                            .build()));
        }
    }
}
