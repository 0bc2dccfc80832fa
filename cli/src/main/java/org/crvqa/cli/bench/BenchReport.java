package org.crvqa.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.crvqa.artifacts.BuildInfo;
import org.crvqa.artifacts.Sha256;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.Precision;
import org.crvqa.vqa.model.LxmertConfig;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.ModelImport;
import org.crvqa.vqa.model.VisualBertConfig;
import org.jspecify.annotations.Nullable;

/**
 * What was measured, of all works: {@code crvqa-bench/1}, whose fields docs/bench/README.md explains.
 *
 * @param regions of an image
 */
public record BenchReport(
        BenchModel model,
        int tokens,
        int regions,
        int answers,
        int threads,
        Precision precision,
        LossKind loss,
        List<WorkReport> works) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** At least one work. */
    public BenchReport {
        works = List.copyOf(works);
    }

    private record Json(
            String schema,
            String program,
            Map<String, String> version,
            String device,
            @Nullable String deviceName,
            @Nullable String gpuName,
            int threads,
            String precision,
            Map<String, Object> model,
            int batchSize,
            int answers,
            List<WorkReport.Measurement> measurements) {}

    /** The report for programs. */
    public String json() {
        WorkReport.Machine machine = machine();
        Json report = new Json(
                "crvqa-bench/1",
                "crvqa",
                version(),
                machine.device(),
                machine.deviceName(),
                machine.device().equals("cpu") ? null : machine.deviceName(),
                threads,
                BenchWords.precision(precision),
                describe(),
                works.get(0).batchSize(),
                answers,
                measurements());
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new AssertionError("These records hold numbers and texts only", e);
        }
    }

    WorkReport.Machine machine() {
        return works.get(0).machine();
    }

    List<WorkReport.Measurement> measurements() {
        return works.stream().map(WorkReport::measurement).toList();
    }

    /** Values in the encoder, as the manifest of a model counts them. */
    long parameters() {
        return ModelImport.summary(config()).getParameters();
    }

    String architecture() {
        return config().architecture() == ModelArchitecture.MODEL_ARCHITECTURE_LXMERT ? "lxmert" : "visual_bert";
    }

    Map<String, String> version() {
        Map<String, String> version = new LinkedHashMap<>();
        version.put("crvqa", BuildInfo.version() + " " + BuildInfo.revision());
        version.put("libtorch", machine().libtorch());
        version.put("djl", machine().djl());
        version.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        version.put("os", System.getProperty("os.name").toLowerCase(Locale.ROOT));
        return version;
    }

    private Map<String, Object> describe() {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("name", model.name());
        description.put("architecture", architecture());
        description.put("parameters", parameters());
        description.put("config_sha256", Sha256.hex(model.file().canonical()));
        description.put("tokens", tokens);
        description.put("regions", regions);
        description.put("vocab_size", config().vocabSize());
        description.put("feature_size", config().featureSize());
        description.put("hidden_size", config().hiddenSize());
        if (config() instanceof LxmertConfig lxmert) {
            description.put("attention_heads", lxmert.attentionHeads());
            description.put("intermediate_size", lxmert.intermediateSize());
            description.put("language_layers", lxmert.languageLayers());
            description.put("vision_layers", lxmert.visionLayers());
            description.put("cross_layers", lxmert.crossLayers());
        } else if (config() instanceof VisualBertConfig visualBert) {
            description.put("attention_heads", visualBert.attentionHeads());
            description.put("intermediate_size", visualBert.intermediateSize());
            description.put("layers", visualBert.layers());
        }
        return description;
    }

    private ModelConfig config() {
        return model.file().config();
    }
}
