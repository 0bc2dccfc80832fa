package org.crvqa.coordinator.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.Sha256;
import org.crvqa.coordinator.plan.Cell;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.plan.PlanTask;
import org.crvqa.coordinator.plan.Precisions;
import org.crvqa.coordinator.plan.Run;
import org.crvqa.coordinator.plan.Seeds;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.experiment.v1.StoredCell;
import org.crvqa.experiment.v1.StoredPlan;
import org.crvqa.experiment.v1.StoredRun;
import org.crvqa.experiment.v1.StoredSearch;
import org.crvqa.experiment.v1.StoredTask;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.TaskSpec;

/** The stored form of plans. What each field is stands in stored_plan.proto. */
final class PlanRecord {
    private static final int FORMAT = 1;

    private final List<PlanTask> tasks = new ArrayList<>();
    private final StoredPlan stored;

    private PlanRecord(StoredPlan stored) {
        this.stored = stored;
    }

    /** Canonical JSON in UTF-8: the same plan gives the same bytes. */
    static byte[] encode(Plan plan) {
        StoredPlan.Builder stored = StoredPlan.newBuilder().setFormat(FORMAT).setTasksUnshared(plan.tasksUnshared());
        Map<ArtifactKey, Integer> places = new LinkedHashMap<>();
        for (PlanTask task : plan.tasks()) {
            stored.addTasks(StoredTask.newBuilder()
                    .setKey(task.key().hex())
                    .setSpec(task.spec())
                    .setLabel(task.label())
                    .addAllInputs(task.dependsOn().stream().map(places::get).toList())
                    .setUsedByRuns(task.usedByRuns()));
            places.put(task.key(), places.size());
        }
        Map<Cell, Integer> cells = new LinkedHashMap<>();
        for (Run run : plan.runs()) {
            if (cells.putIfAbsent(run.cell(), cells.size()) == null) {
                stored.addCells(cell(run));
            }
            StoredRun.Builder seeds = StoredRun.newBuilder()
                    .setCell(cells.get(run.cell()))
                    .setStage1Seed(run.seeds().stage1())
                    .setEvaluation(places.get(run.evaluation()));
            run.seeds().stage2().ifPresent(seeds::setStage2Seed);
            run.seeds().stage3().ifPresent(seeds::setStage3Seed);
            stored.addRuns(seeds);
        }
        return CanonicalJson.of(stored.build()).getBytes(StandardCharsets.UTF_8);
    }

    private static StoredCell cell(Run run) {
        Cell cell = run.cell();
        StoredCell.Builder stored = StoredCell.newBuilder()
                .setModel(cell.model())
                .setStage1Loss(cell.stage1Loss())
                .setName(run.name())
                .setStage1Precision(cell.precisions().stage1())
                .setEvaluatePrecision(cell.precisions().evaluation());
        cell.precisions().stage2().ifPresent(stored::setStage2Precision);
        cell.precisions().stage3().ifPresent(stored::setStage3Precision);
        cell.search().map(PlanRecord::search).ifPresent(stored::setSearch);
        cell.stage3Loss().ifPresent(stored::setStage3Loss);
        return stored.build();
    }

    private static StoredSearch search(Cell.Search search) {
        StoredSearch.Builder stored = StoredSearch.newBuilder()
                .setMethod(search.method())
                .setSparsity(search.sparsity())
                .setMask(search.mask());
        search.loss().ifPresent(stored::setLoss);
        search.iterative().ifPresent(stored::setIterative);
        search.distillation().ifPresent(stored::setDistillation);
        return stored.build();
    }

    /**
     * Reads a plan.
     *
     * @param name of the object, for messages
     * @param sha256 that its bytes must have
     * @throws ArtifactCorruptException when they have not, or this release cannot read them
     */
    static Plan decode(String name, byte[] content, String sha256) {
        String found = Sha256.hex(content);
        if (!found.equals(sha256)) {
            throw new ArtifactCorruptException("The plan " + name + " (" + content.length + " bytes) has the SHA-256 "
                    + found + ", expected " + sha256 + ": it was changed or cut. Restore it from a copy of the store; "
                    + "without it nobody knows the experiment's tasks");
        }
        StoredPlan.Builder stored = StoredPlan.newBuilder();
        try {
            // Nothing is ignored: a spec without a field that a newer release gave it would be another task.
            JsonFormat.parser().merge(new String(content, StandardCharsets.UTF_8), stored);
            if (stored.getFormat() != FORMAT) {
                throw new IllegalArgumentException("format " + stored.getFormat() + ", this release reads " + FORMAT);
            }
            return new PlanRecord(stored.build()).plan();
        } catch (InvalidProtocolBufferException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ArtifactCorruptException(
                    "The plan " + name + " cannot be read by this release (" + e.getMessage()
                            + "); run the release that wrote it, or a newer one",
                    e);
        }
    }

    private Plan plan() {
        stored.getTasksList().forEach(task -> tasks.add(task(task)));
        List<Cell> cells = stored.getCellsList().stream().map(PlanRecord::cell).toList();
        return new Plan(
                tasks, stored.getRunsList().stream().map(run -> run(run, cells)).toList(), stored.getTasksUnshared());
    }

    /** Inputs must be among the tasks that were read already. */
    private PlanTask task(StoredTask task) {
        return new PlanTask(
                new ArtifactKey(task.getKey()),
                kind(task.getSpec()),
                task.getSpec(),
                task.getLabel(),
                task.getInputsList().stream()
                        .map(place -> tasks.get(place).key())
                        .toList(),
                task.getUsedByRuns());
    }

    private static TaskKind kind(TaskSpec spec) {
        return switch (spec.getWorkCase()) {
            case TRAIN -> TaskKind.TASK_KIND_TRAIN;
            case PRUNE -> TaskKind.TASK_KIND_PRUNE;
            case EVALUATE -> TaskKind.TASK_KIND_EVALUATE;
            case DATASET, MODEL, WORK_NOT_SET ->
                throw new IllegalArgumentException("a task with the work " + spec.getWorkCase());
        };
    }

    private Run run(StoredRun run, List<Cell> cells) {
        return new Run(
                cells.get(run.getCell()),
                stored.getCells(run.getCell()).getName(),
                new Seeds(
                        run.getStage1Seed(),
                        run.hasStage2Seed() ? OptionalLong.of(run.getStage2Seed()) : OptionalLong.empty(),
                        run.hasStage3Seed() ? OptionalLong.of(run.getStage3Seed()) : OptionalLong.empty()),
                tasks.get(run.getEvaluation()).key());
    }

    private static Cell cell(StoredCell cell) {
        Optional<Cell.Search> search = cell.hasSearch() ? Optional.of(search(cell.getSearch())) : Optional.empty();
        Optional<LossKind> stage3 = cell.hasStage3Loss() ? Optional.of(cell.getStage3Loss()) : Optional.empty();
        return new Cell(
                cell.getModel(),
                cell.getStage1Loss(),
                search,
                stage3,
                new Precisions(
                        cell.getStage1Precision(),
                        search.flatMap(Cell.Search::loss).map(trains -> cell.getStage2Precision()),
                        stage3.map(trains -> cell.getStage3Precision()),
                        cell.getEvaluatePrecision()));
    }

    private static Cell.Search search(StoredSearch search) {
        return new Cell.Search(
                search.getMethod(),
                search.hasLoss() ? Optional.of(search.getLoss()) : Optional.empty(),
                search.getSparsity(),
                search.getMask(),
                search.hasIterative() ? Optional.of(search.getIterative()) : Optional.empty(),
                search.hasDistillation() ? Optional.of(search.getDistillation()) : Optional.empty());
    }
}
