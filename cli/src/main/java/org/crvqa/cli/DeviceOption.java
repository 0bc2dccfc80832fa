package org.crvqa.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.local.GpuChoice;
import org.crvqa.cli.local.GpuDevice;
import org.crvqa.cli.local.GpuListing;
import org.crvqa.cli.local.NvidiaSmi;
import org.crvqa.cli.local.TorchLibraries;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the workers of a local cluster compute on. */
final class DeviceOption {
    /** For shells that complete them. */
    static final class Devices implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("cpu", "gpu", "auto").iterator();
        }
    }

    @Option(
            names = "--device",
            paramLabel = "cpu|gpu|auto",
            completionCandidates = Devices.class,
            description = "What the workers compute on; auto: on GPUs where there are some. Default: CRVQA_DEVICE, else"
                    + " cpu.")
    private @Nullable String device;

    @Option(
            names = "--gpus",
            paramLabel = "LIST",
            description = "Which GPUs, as nvidia-smi numbers them: 0,2. Default: CUDA_VISIBLE_DEVICES, else all.")
    private @Nullable String gpus;

    /**
     * The GPUs to use; none: the CPU.
     *
     * @throws InvalidInputException when GPUs are asked for and there are none, or not these, or no libraries for them
     */
    List<GpuDevice> resolve(CliContext context) throws InterruptedException {
        return resolve(context, new NvidiaSmi(context.environment()));
    }

    List<GpuDevice> resolve(CliContext context, GpuListing listing) throws InterruptedException {
        Map<String, String> environment = context.environment();
        String wanted = wanted(environment);
        if (wanted.equals("cpu")) {
            if (gpus != null) {
                throw new InvalidInputException("--gpus goes with '--device gpu' only", "Add '--device gpu'.");
            }
            return List.of();
        }
        if (wanted.equals("auto")) {
            try {
                return found(environment, listing);
            } catch (InvalidInputException e) {
                context.console().say("No GPU is used: " + e.getMessage() + ".");
                return List.of();
            }
        }
        return found(environment, listing);
    }

    /** Whether somebody said what to compute on. */
    boolean isSet(CliContext context) {
        return device != null
                || gpus != null
                || !context.environment().getOrDefault("CRVQA_DEVICE", "").isBlank();
    }

    private String wanted(Map<String, String> environment) {
        if (device == null) {
            String set = environment.getOrDefault("CRVQA_DEVICE", "");
            String word = set.isBlank() ? (gpus == null ? "cpu" : "gpu") : set.strip();
            // A worker sees one GPU only, whichever it is.
            return check(word.equals("gpu:0") ? "gpu" : word, "CRVQA_DEVICE");
        }
        return check(device, "--device");
    }

    private static String check(String word, String source) {
        return switch (word) {
            case "cpu", "gpu", "auto" -> word;
            default ->
                throw new InvalidInputException(
                        source + " is \"" + word + "\", expected cpu, gpu or auto",
                        "Which GPU it is says --gpus, such as '--device gpu --gpus 2'.");
        };
    }

    private List<GpuDevice> found(Map<String, String> environment, GpuListing listing) throws InterruptedException {
        List<GpuDevice> all = listing.list();
        TorchLibraries.check(environment);
        if (gpus != null) {
            return GpuChoice.named(gpus, "--gpus", all);
        }
        String visible = environment.getOrDefault("CUDA_VISIBLE_DEVICES", "");
        return visible.isBlank() ? all : GpuChoice.named(visible, "CUDA_VISIBLE_DEVICES", all);
    }
}
