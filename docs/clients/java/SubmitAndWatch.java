import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;

/**
 * Submits an experiment file to a crvqa coordinator, watches it and prints the report.
 *
 * <pre>java -cp "cli/target/lib/*" docs/clients/java/SubmitAndWatch.java localhost:9100 docs/clients/experiment.yaml</pre>
 *
 * Exit status: 0 when the experiment succeeded, 1 when it did not, 2 for wrong use.
 */
public final class SubmitAndWatch {
    private static final long CALL_SECONDS = 30;

    private SubmitAndWatch() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2) {
            System.err.println("usage: SubmitAndWatch HOST:PORT EXPERIMENT.yaml");
            System.exit(2);
        }
        ManagedChannel channel = Grpc.newChannelBuilder(arguments[0], InsecureChannelCredentials.create())
                .build();
        try {
            boolean succeeded = run(CoordinatorServiceGrpc.newBlockingStub(channel), Path.of(arguments[1]));
            System.exit(succeeded ? 0 : 1);
        } catch (StatusRuntimeException e) {
            System.err.println(e.getStatus().getCode() + ": " + e.getStatus().getDescription());
            System.exit(1);
        } finally {
            channel.shutdownNow();
        }
    }

    private static boolean run(CoordinatorServiceBlockingStub coordinator, Path file) throws Exception {
        SubmitExperimentResponse answer = withDeadline(coordinator)
                .submitExperiment(SubmitExperimentRequest.newBuilder()
                        .setSource(ExperimentSource.newBuilder().setYaml(Files.readString(file)))
                        .build());
        String id = answer.getExperiment().getId();
        System.out.println(id + (answer.getCreated() ? ": submitted" : ": known already"));
        ExperimentStatus last = watch(coordinator, id);
        GetReportRequest request =
                GetReportRequest.newBuilder().setExperimentId(id).build();
        print(withDeadline(coordinator).getReport(request).getReport());
        return last.getState() == ExperimentState.EXPERIMENT_STATE_SUCCEEDED;
    }

    /** Prints each change until the stream ends, which is when the experiment has ended. */
    private static ExperimentStatus watch(CoordinatorServiceBlockingStub coordinator, String id) {
        ExperimentStatus last = ExperimentStatus.getDefaultInstance();
        WatchExperimentRequest request =
                WatchExperimentRequest.newBuilder().setExperimentId(id).build();
        var updates = coordinator.withWaitForReady().watchExperiment(request);
        while (updates.hasNext()) {
            WatchExperimentResponse update = updates.next();
            last = update.getExperiment();
            List<TaskStatus> changed = new ArrayList<>(last.getTasksList());
            changed.addAll(update.getChangedTasksList());
            for (TaskStatus task : changed) {
                System.out.printf(
                        "[%d/%d] %s%n", last.getTasksDone(), last.getTasksTotal(), describe(task));
            }
        }
        return last;
    }

    private static String describe(TaskStatus task) {
        String state = task.getState().name().replace("TASK_STATE_", "").toLowerCase();
        String line = task.getLabel() + ": " + state;
        if (task.getState() == TaskState.TASK_STATE_RUNNING && task.hasProgress()) {
            line += ", %s %d of %d"
                    .formatted(
                            task.getProgress().getPhase(),
                            task.getProgress().getStep(),
                            task.getProgress().getTotalSteps());
        }
        if (task.hasFailure()) {
            line += ", " + task.getFailure().getCause() + " " + task.getFailure().getAdvice();
        }
        return task.getNote().isEmpty() ? line : line + " (" + task.getNote() + ")";
    }

    private static void print(Report report) {
        System.out.printf("%n%-40s", "name");
        report.getColumnsList().forEach(column -> System.out.printf("%20s", column));
        System.out.println();
        for (ReportRow row : report.getRowsList()) {
            System.out.printf("%-40s", row.getName());
            row.getCellsList().forEach(cell -> System.out.printf("%20s", text(cell)));
            System.out.println();
        }
        report.getNotesList().forEach(note -> System.out.println("note: " + note));
    }

    private static String text(ReportCell cell) {
        if (!cell.hasMean()) {
            return "0 of " + cell.getExpectedRuns() + " runs";
        }
        String text = "%.1f".formatted(100 * cell.getMean());
        if (cell.hasStd()) {
            text += " ± %.1f".formatted(100 * cell.getStd());
        }
        return cell.getRunsCount() == cell.getExpectedRuns()
                ? text
                : text + " (" + cell.getRunsCount() + " of " + cell.getExpectedRuns() + ")";
    }

    private static CoordinatorServiceBlockingStub withDeadline(CoordinatorServiceBlockingStub coordinator) {
        return coordinator.withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }
}
