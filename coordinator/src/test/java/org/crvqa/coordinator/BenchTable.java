package org.crvqa.coordinator;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * What a bench measured, as a table on standard output: text that docs/scale.md takes as it is. Also what benches have in
 * common: sizes from system properties, times, the heap.
 */
public final class BenchTable {
    private final List<List<String>> rows = new ArrayList<>();

    public BenchTable(String... columns) {
        rows.add(List.of(columns));
        rows.add(Arrays.stream(columns).map(column -> "---").toList());
    }

    /** Numbers are shown with three digits, at least. */
    public void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(BenchTable::cell).toList());
    }

    public void print(String title) {
        List<Integer> widths = IntStream.range(0, rows.get(0).size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toList();
        System.out.println();
        System.out.println(title);
        System.out.println();
        for (List<String> row : rows) {
            System.out.println(IntStream.range(0, row.size())
                    .mapToObj(column -> padded(row.get(column), widths.get(column)))
                    .collect(Collectors.joining(" | ", "| ", " |")));
        }
        System.out.println();
    }

    private static String padded(String text, int width) {
        return text + (text.equals("---") ? "-" : " ").repeat(Math.max(0, width - text.length()));
    }

    private static String cell(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return String.format(Locale.ROOT, "%,d", ((Number) value).longValue());
        }
        if (value instanceof Double number) {
            int decimals = number == 0 || Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 3;
            return String.format(Locale.ROOT, "%,." + decimals + "f", number);
        }
        return String.valueOf(value);
    }

    /** The system property {@code crvqa.bench.<name>}, when it is set. */
    public static int size(String name, int usual) {
        return Integer.getInteger("crvqa.bench." + name, usual);
    }

    /** Seconds. */
    public static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    /** Seconds of this thread's processor time: what other programs do beside does not count. */
    public static double cpuSeconds(Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = threads.getCurrentThreadCpuTime();
        work.run();
        return (threads.getCurrentThreadCpuTime() - began) / 1e9;
    }

    /** A result, how long it took, and the processor time of all threads of this process in it. */
    public record Timed<T>(T result, double seconds, double cpuSeconds) {}

    public static <T> Timed<T> timed(Callable<T> work) throws Exception {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = process.getProcessCpuTime();
        long began = System.nanoTime();
        T result = work.call();
        return new Timed<>(result, (System.nanoTime() - began) / 1e9, (process.getProcessCpuTime() - cpu) / 1e9);
    }

    /** MB that are in use after a collection. */
    public static long liveMegabytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    /** The heap between collections, from its making on. */
    public static final class Heap {
        private final AtomicLong most = new AtomicLong();

        /** Begins to watch. */
        public Heap() {
            reset();
            for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                ((NotificationEmitter) collector).addNotificationListener((said, unused) -> heard(said), null, null);
            }
        }

        private void heard(Notification said) {
            if (said.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
                GcInfo info = GarbageCollectionNotificationInfo.from((CompositeData) said.getUserData())
                        .getGcInfo();
                Set<String> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .map(MemoryPoolMXBean::getName)
                        .collect(Collectors.toSet());
                long used = info.getMemoryUsageAfterGc().entrySet().stream()
                        .filter(pool -> pools.contains(pool.getKey()))
                        .mapToLong(pool -> pool.getValue().getUsed())
                        .sum();
                most.accumulateAndGet(used, Math::max);
            }
        }

        /** Forgets what was. */
        public void reset() {
            System.gc();
            most.set(0);
        }

        /** MB that were in use after a collection, at most since {@link #reset}; what is in use now counts too. */
        public long mostMegabytes() {
            return Math.max(most.get() >> 20, liveMegabytes());
        }
    }
}
