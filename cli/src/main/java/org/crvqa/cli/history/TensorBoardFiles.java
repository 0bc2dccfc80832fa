package org.crvqa.cli.history;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Timestamp;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.artifact.v1.Producer;

/**
 * Histories as the event files that TensorBoard reads: a folder for each run, in it one file of TFRecords, each of which
 * is an {@code Event} of TensorFlow.
 */
public final class TensorBoardFiles {
    /** TensorFlow masks checksums, since one of data that hold checksums is weak. */
    private static final int MASK_DELTA = 0xa282ead8;

    /** Numbers of fields of {@code tensorflow/core/util/event.proto}. */
    private static final int WALL_TIME = 1;

    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;

    /** Of {@code tensorflow/core/framework/summary.proto}. */
    private static final int VALUE = 1;

    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;

    private TensorBoardFiles() {}

    /** Writes a folder for each run below {@code folder}, over what an earlier call wrote. */
    public static void write(Path folder, List<TrainingRun> runs, Set<String> metrics) throws IOException {
        for (TrainingRun run : runs) {
            Path target = Files.createDirectories(folder.resolve(folderName(run)));
            Path file = target.resolve("events.out.tfevents.%d.crvqa"
                    .formatted(run.manifest().getProducer().getStarted().getSeconds()));
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                for (byte[] event : events(run, metrics)) {
                    record(out, event);
                }
            }
        }
    }

    private static String folderName(TrainingRun run) {
        String words = run.label().replaceAll("[^A-Za-z0-9._-]+", "_");
        return words + "-" + run.key().abbreviated();
    }

    private static List<byte[]> events(TrainingRun run, Set<String> metrics) throws IOException {
        SortedMap<Integer, ByteString> summaries = new TreeMap<>();
        for (String metric : run.metrics()) {
            if (metrics.contains(metric)) {
                MetricSeries series = run.series(metric).orElseThrow();
                for (int i = 0; i < series.getStepCount(); i++) {
                    summaries.merge(
                            series.getStep(i), summaryValue(metric, (float) series.getValue(i)), ByteString::concat);
                }
            }
        }
        List<byte[]> events = new ArrayList<>();
        // The first event of a file must say this.
        events.add(message(out -> {
            out.writeDouble(WALL_TIME, time(run, 0));
            out.writeString(FILE_VERSION, "brain.Event:2");
        }));
        for (Map.Entry<Integer, ByteString> summary : summaries.entrySet()) {
            events.add(message(out -> {
                out.writeDouble(WALL_TIME, time(run, summary.getKey()));
                out.writeInt64(STEP, summary.getKey());
                out.writeBytes(SUMMARY, summary.getValue());
            }));
        }
        return events;
    }

    /** A field "value" of a Summary: a tag and a number. */
    private static ByteString summaryValue(String tag, float number) throws IOException {
        byte[] value = message(out -> {
            out.writeString(TAG, tag);
            out.writeFloat(SIMPLE_VALUE, number);
        });
        return ByteString.copyFrom(message(out -> out.writeByteArray(VALUE, value)));
    }

    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** Seconds since 1970, as if the last attempt had made all steps at one speed: the real times are not kept. */
    private static double time(TrainingRun run, int step) {
        Producer producer = run.manifest().getProducer();
        double begin = seconds(producer.getStarted());
        double share = step / (double) Math.max(1, run.history().getTotalSteps());
        return begin + share * (seconds(producer.getFinished()) - begin);
    }

    private static double seconds(Timestamp time) {
        return time.getSeconds() + time.getNanos() / 1e9;
    }

    /** Length, its checksum, data, theirs; all little-endian. */
    private static void record(OutputStream out, byte[] data) throws IOException {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        out.write(length);
        out.write(checksum(length));
        out.write(data);
        out.write(checksum(data));
    }

    private static byte[] checksum(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        int value = (int) crc.getValue();
        int masked = (value >>> 15 | value << 17) + MASK_DELTA;
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked)
                .array();
    }
}
