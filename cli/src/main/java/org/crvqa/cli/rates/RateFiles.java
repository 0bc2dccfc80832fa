package org.crvqa.cli.rates;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.v1.MeasuredModel;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.Precision;

/** Rates that {@code crvqa bench --output json} printed: a file holds one such object or a list of them. */
public final class RateFiles {
    private static final String SCHEMA = "crvqa-bench/1";
    private static final String PROGRAM = "crvqa";
    private static final int LARGEST_BYTES = 16 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Map<String, WorkKind> WORKS = ordered(
            List.of("stage1", "stage2", "stage3", "evaluate"),
            List.of(
                    WorkKind.WORK_KIND_STAGE1,
                    WorkKind.WORK_KIND_STAGE2,
                    WorkKind.WORK_KIND_STAGE3,
                    WorkKind.WORK_KIND_EVALUATE));
    private static final Map<String, Precision> PRECISIONS = ordered(
            List.of("float32", "bfloat16"), List.of(Precision.PRECISION_UNSPECIFIED, Precision.PRECISION_BFLOAT16));
    private static final Map<String, ModelArchitecture> ARCHITECTURES = ordered(
            List.of("lxmert", "visual_bert"),
            List.of(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT, ModelArchitecture.MODEL_ARCHITECTURE_VISUAL_BERT));

    private final List<MeasuredRate> rates = new ArrayList<>();

    private RateFiles() {}

    /**
     * The rates of all files together.
     *
     * @throws InvalidInputException when one is no such file, or they contradict each other
     */
    public static List<MeasuredRate> read(List<Path> files) throws IOException {
        RateFiles all = new RateFiles();
        for (Path file : files) {
            all.read(file);
        }
        return List.copyOf(all.rates);
    }

    private void read(Path file) throws IOException {
        if (Files.isDirectory(file) || Files.size(file) > LARGEST_BYTES) {
            throw new InvalidInputException(
                    file + " is " + (Files.isDirectory(file) ? "a folder" : "larger than 16 MiB")
                            + ", not a file of rates",
                    Fields.ADVICE);
        }
        JsonNode root = parse(file);
        String name = String.valueOf(file.getFileName());
        if (!root.isArray()) {
            bench(new Fields(name, "", root));
            return;
        }
        if (root.isEmpty()) {
            throw new InvalidInputException(name + " is an empty list, expected at least one benchmark", Fields.ADVICE);
        }
        for (int i = 0; i < root.size(); i++) {
            bench(new Fields(name, "[" + i + "]", root.get(i)));
        }
    }

    private static JsonNode parse(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    file.getFileName() + " is not JSON: " + e.getOriginalMessage()
                            + (e.getLocation() == null
                                    ? ""
                                    : " (line " + e.getLocation().getLineNr() + ")"),
                    Fields.ADVICE,
                    e);
        }
    }

    private void bench(Fields bench) {
        if (!bench.text("schema").equals(SCHEMA)) {
            throw bench.wrong("schema", '"' + SCHEMA + '"');
        }
        if (!bench.text("program").equals(PROGRAM)) {
            throw new InvalidInputException(
                    bench.file() + ": was measured with " + bench.text("program")
                            + ", and so says nothing of how fast this program is; expected program \"" + PROGRAM + "\"",
                    "Run 'crvqa bench --output json' on the device that is to do the work.");
        }
        Fields model = bench.object("model");
        MeasuredRate common = MeasuredRate.newBuilder()
                .setModel(MeasuredModel.newBuilder()
                        .setArchitecture(model.oneOf("architecture", ARCHITECTURES))
                        .setParameters(model.count("parameters", Long.MAX_VALUE))
                        .setConfigSha256(model.optionalText("config_sha256")))
                .setPrecision(bench.oneOf("precision", PRECISIONS))
                .setAnswers((int) bench.count("answers", Integer.MAX_VALUE))
                .setDevice(device(bench))
                .setDeviceName(bench.optionalText("device_name"))
                .setThreads((int) bench.count("threads", Integer.MAX_VALUE))
                .setSource(bench.file())
                .build();
        for (Fields measurement : bench.objects("measurements")) {
            measurement.noNegativeNumbers();
            add(
                    common.toBuilder()
                            .setWork(measurement.oneOf("work", WORKS))
                            .setBatchSize((int) measurement.count("batch_size", Integer.MAX_VALUE))
                            .setSecondsPerStep(measurement.positive("seconds_per_step"))
                            .setExamplesPerSecond(measurement.positive("examples_per_second"))
                            .build(),
                    measurement);
        }
    }

    private static String device(Fields bench) {
        if (bench.text("device").isBlank()) {
            throw bench.wrong("device", "a device, such as cpu or gpu:0");
        }
        return bench.text("device");
    }

    private void add(MeasuredRate rate, Fields place) {
        for (MeasuredRate other : rates) {
            if (!device(rate).equals(device(other))) {
                throw new InvalidInputException(
                        place.file() + " was measured on " + device(rate) + ", " + other.getSource() + " on "
                                + device(other) + ": an hour of one is not an hour of the other",
                        "Estimate with the rates of one device at a time.");
            }
            if (what(rate).equals(what(other))) {
                throw new InvalidInputException(
                        place.file() + ": " + place.path()
                                + " measures what another entry does: the same work, model, precision and batch size",
                        "Keep one of them.");
            }
        }
        rates.add(rate);
    }

    private static String device(MeasuredRate rate) {
        return rate.getDevice() + (rate.getDeviceName().isEmpty() ? "" : " " + rate.getDeviceName()) + " with "
                + rate.getThreads() + (rate.getThreads() == 1 ? " thread" : " threads");
    }

    private static MeasuredRate what(MeasuredRate rate) {
        return rate.toBuilder()
                .clearSecondsPerStep()
                .clearExamplesPerSecond()
                .clearAnswers()
                .clearSource()
                .build();
    }

    private static <T> Map<String, T> ordered(List<String> words, List<T> values) {
        Map<String, T> map = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i++) {
            map.put(words.get(i), values.get(i));
        }
        return map;
    }
}
