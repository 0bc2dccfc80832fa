package org.crvqa.vqa.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.DatasetFormat;

/**
 * Measures an import of the shape of VQA-CP v2: {@code generate} writes its files with so many questions and images of
 * 36 regions, {@code import} imports them and prints time per phase, peak heap and peak resident memory. How to run it
 * and what came out stands in docs/data.md.
 */
final class ImportBench {
    private static final int REGIONS = 36;
    private static final int DIFFERENT_IMAGES = 64;
    private static final int ANSWERS = 3000;
    private static final String[] TYPES = {
        "what color", "is the", "how many", "what is", "are there", "none of the above"
    };

    private ImportBench() {}

    /** Arguments: generate FOLDER IMAGES FEATURE_DIM QUESTIONS; import FOLDER WORK_FOLDER. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[1]);
        switch (args[0]) {
            case "generate" -> {
                Files.createDirectories(folder);
                int images = Integer.parseInt(args[2]);
                features(folder.resolve("features.tsv"), images, Integer.parseInt(args[3]));
                int questions = Integer.parseInt(args[4]);
                split(folder, "train", 0, questions * 2 / 3, images);
                split(folder, "test", questions * 2 / 3, questions, images);
                vocabulary(folder.resolve("vocab.txt"));
            }
            case "import" -> measure(folder, Path.of(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void features(Path file, int images, int dim) throws IOException {
        Random random = new Random(1);
        byte[][] ends = new byte[DIFFERENT_IMAGES][];
        for (int i = 0; i < ends.length; i++) {
            float[] boxes = new float[REGIONS * 4];
            for (int box = 0; box < boxes.length; box++) {
                boxes[box] = box % 4 < 2 ? random.nextFloat() * 200 : 210 + random.nextFloat() * 200;
            }
            float[] values = new float[REGIONS * dim];
            for (int j = 0; j < values.length; j++) {
                values[j] = (float) Math.max(0, random.nextGaussian());
            }
            ends[i] = ("\t640\t480\t" + REGIONS + "\t" + SmallVqaCp.floats(boxes) + "\t" + SmallVqaCp.floats(values)
                            + "\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int image = 0; image < images; image++) {
                out.write(Integer.toString(image + 1).getBytes(StandardCharsets.US_ASCII));
                out.write(ends[image % ends.length]);
            }
        }
    }

    private static void split(Path folder, String split, int from, int to, int images) throws IOException {
        Random random = new Random(from);
        try (Writer questions = Files.newBufferedWriter(folder.resolve("vqacp_v2_" + split + "_questions.json"));
                Writer annotations =
                        Files.newBufferedWriter(folder.resolve("vqacp_v2_" + split + "_annotations.json"))) {
            for (int i = from; i < to; i++) {
                int image = 1 + random.nextInt(images);
                String separator = i == from ? "[" : ", ";
                // Ids are spread as in the original, where the questions of an image follow each other.
                long id = image * 1000L + i % 1000 + (long) i / 1000 * 1_000_000_000L;
                String answer = "answer" + (int) (ANSWERS * random.nextDouble() * random.nextDouble());
                questions.write(separator
                        + SmallVqaCp.question(
                                id, image, "what word" + i % 997 + " is the word" + i % 89 + " in this?"));
                annotations.write(separator
                        + SmallVqaCp.annotation(
                                id,
                                image,
                                TYPES[random.nextInt(TYPES.length)],
                                "other",
                                answer,
                                SmallVqaCp.given(answer, 5, "other" + i % 5000, 2, "answer" + i % ANSWERS, 3)));
            }
            questions.write("]");
            annotations.write("]");
        }
    }

    private static void vocabulary(Path file) throws IOException {
        StringBuilder words = new StringBuilder("[PAD]\n[UNK]\n[CLS]\n[SEP]\nwhat\nis\nthe\nin\nthis\n?\nword\n");
        for (int i = 0; i < 10; i++) {
            words.append("##").append(i).append('\n');
        }
        Files.writeString(file, words);
    }

    private static void measure(Path folder, Path work) throws IOException {
        Map<String, Long> starts = new LinkedHashMap<>();
        long began = System.nanoTime();
        try (ObjectStore store =
                ObjectStores.open(StoreSettings.of(work.resolve("store").toUri()))) {
            DatasetImport.run(
                    new ArtifactRepository(store, work.resolve("cache")),
                    DatasetSources.in(DatasetFormat.DATASET_FORMAT_VQA_CP_V2, folder, List.of(), Optional.empty()),
                    ImportOptions.defaults(),
                    (phase, done, total) -> {
                        starts.putIfAbsent(phase, System.nanoTime());
                        if (done == total) {
                            starts.put(phase + " read", System.nanoTime());
                        }
                    });
        }
        starts.put("end", System.nanoTime());
        starts.forEach((what, at) -> say("%8.1f s  %s", (at - began) / 1e9, what));
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        say("peak heap %,d MiB (sum over the pools)", heap >> 20);
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM")) {
                say("peak resident memory %s", line);
            }
        }
    }

    private static void say(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
