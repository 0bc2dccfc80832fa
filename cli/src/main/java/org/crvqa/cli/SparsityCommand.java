package org.crvqa.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.SolveSparsityResponse;
import org.crvqa.experiment.v1.ModalitySparsity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sparsity",
        description = "Find the rate of zeros that the others leave, by a model's parameter counts.",
        footer = {
            "",
            "Give any three of language, vision, fusion and whole; VisualBERT has one rate,",
            "language or whole.",
            "",
            "Examples:",
            "  crvqa sparsity lxmert-base --language 0.5 --vision 0.6 --fusion 0.8",
            "  crvqa sparsity lxmert-base --language .5 --vision .6 --whole .7 --output json"
        })
final class SparsityCommand implements Callable<Integer> {
    private final CliContext context;
    private final Map<String, Double> rates = new ConcurrentHashMap<>();

    @Parameters(paramLabel = "MODEL", description = "Name of a model in the store, or its key.")
    private String model = "";

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    SparsityCommand(CliContext context) {
        this.context = context;
    }

    @Option(names = "--language", paramLabel = "RATE", description = "Zeros of the language matrices, in [0, 1).")
    private void language(double rate) {
        rates.put("language", rate);
    }

    @Option(names = "--vision", paramLabel = "RATE", description = "Of the vision matrices.")
    private void vision(double rate) {
        rates.put("vision", rate);
    }

    @Option(names = "--fusion", paramLabel = "RATE", description = "Of the cross-modality matrices.")
    private void fusion(double rate) {
        rates.put("fusion", rate);
    }

    @Option(names = "--pooler", paramLabel = "RATE", description = "Of the pooler. Default: the whole's.")
    private void pooler(double rate) {
        rates.put("pooler", rate);
    }

    @Option(names = "--whole", paramLabel = "RATE", description = "Of all maskable matrices together.")
    private void whole(double rate) {
        rates.put("whole", rate);
    }

    @Override
    public Integer call() {
        ModalitySparsity.Builder given = ModalitySparsity.newBuilder();
        rates.forEach(
                (name, rate) -> given.setField(ModalitySparsity.getDescriptor().findFieldByName(name), rate));
        try (CoordinatorClient client = coordinator.connect(context)) {
            SolveSparsityResponse solved = client.solve(model, given.build());
            output.print(
                    context.console(),
                    solved,
                    () -> table(solved).lines(context.console().outColor()));
        }
        return ExitCode.OK;
    }

    private Table table(SolveSparsityResponse solved) {
        Table table = Table.of(List.of("Part", ">Weights", ">Zeros", ">Kept", "Rate"));
        long total = solved.getMaskableMap().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        for (Map.Entry<FieldDescriptor, Object> entry :
                solved.getSparsity().getAllFields().entrySet()) {
            String name = entry.getKey().getName();
            double rate = (Double) entry.getValue();
            table.row(List.of(
                    name,
                    String.format(Locale.ROOT, "%,d", solved.getMaskableMap().getOrDefault(name, total)),
                    String.format(Locale.ROOT, "%.4f", rate),
                    String.format(Locale.ROOT, "%.4f", 1 - rate),
                    rates.containsKey(name) ? "given" : "follows"));
        }
        return table;
    }
}
