package org.crvqa.study.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.Sha256;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.experiment.v1.StoredCell;
import org.crvqa.experiment.v1.StoredPlan;
import org.crvqa.experiment.v1.StoredRun;
import org.crvqa.experiment.v1.StoredSearch;
import org.crvqa.experiment.v1.StoredTask;
import org.crvqa.experiment.v1.StoredTasks;
import org.crvqa.study.plan.Cell;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.plan.Precisions;
import org.crvqa.study.plan.Run;
import org.crvqa.study.plan.Seeds;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.TaskSpec;

/**
 * The stored form of plans. What each field is stands in stored_plan.proto. A plan that a release could have made which knew
 * format 1 only is written in that one, so that a coordinator of such a release that leads in the middle of an upgrade reads
 * it.
 */
final class PlanRecord {
    private static final int WHOLE = 1;
    private static final int IN_PARTS = 2;

    /** What the releases allowed that knew format 1 only. */
    static final int MOST_TASKS_WHOLE = 6_000;

    /** Some megabytes of JSON; while it is read it takes about ten times as much memory. */
    static final int TASKS_OF_A_PART = 8_192;

    /** While an object is parsed it takes about ten times its size in memory: one at a time. */
    private static final Object PARSING = new Object();

    private final List<PlanTask> tasks = new ArrayList<>();
    private final StoredPlan stored;

    private PlanRecord(StoredPlan stored) {
        this.stored = stored;
    }

    /** Reads an object that a plan names, by its digest; checks nothing of it. */
    interface Parts {
        /** @throws ArtifactCorruptException when it is not there */
        byte[] read(String sha256);
    }

    /** Canonical JSON in UTF-8: the same plan gives the same bytes. {@code keep} gets what lies beside it, first. */
    static byte[] encode(Plan plan, BiConsumer<String, byte[]> keep) {
        return encode(plan, keep, MOST_TASKS_WHOLE, TASKS_OF_A_PART);
    }

    static byte[] encode(Plan plan, BiConsumer<String, byte[]> keep, int mostWhole, int tasksOfAPart) {
        StoredPlan.Builder stored = StoredPlan.newBuilder().setTasksUnshared(plan.tasksUnshared());
        Map<ArtifactKey, Integer> places = new HashMap<>();
        plan.tasks().forEach(task -> places.put(task.key(), places.size()));
        if (plan.tasks().size() <= mostWhole) {
            stored.setFormat(WHOLE);
            plan.tasks().forEach(task -> stored.addTasks(task(task, places).setSpec(task.spec())));
        } else {
            stored.setFormat(IN_PARTS);
            SpecTemplates templates = new SpecTemplates();
            for (int from = 0; from < plan.tasks().size(); from += tasksOfAPart) {
                StoredTasks.Builder part = StoredTasks.newBuilder();
                for (PlanTask task : plan.tasks()
                        .subList(
                                from, Math.min(from + tasksOfAPart, plan.tasks().size()))) {
                    SpecTemplates.Split split = templates.split(task.spec());
                    part.addTasks(task(task, places).setSpec(split.rest()).setTemplate(split.template()));
                }
                byte[] content = bytes(part.build());
                String sha256 = Sha256.hex(content);
                keep.accept(sha256, content);
                stored.addParts(sha256);
            }
            stored.addAllTemplates(templates.all());
        }
        runs(plan, places, stored);
        return bytes(stored.build());
    }

    private static StoredTask.Builder task(PlanTask task, Map<ArtifactKey, Integer> places) {
        return StoredTask.newBuilder()
                .setKey(task.key().hex())
                .setLabel(task.label())
                .addAllInputs(task.dependsOn().stream().map(places::get).toList())
                .setUsedByRuns(task.usedByRuns());
    }

    private static void runs(Plan plan, Map<ArtifactKey, Integer> places, StoredPlan.Builder stored) {
        Map<Cell, Integer> cells = new HashMap<>();
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
    }

    private static byte[] bytes(Message message) {
        return CanonicalJson.of(message).getBytes(StandardCharsets.UTF_8);
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
     * @param parts gives what lies beside it
     * @throws ArtifactCorruptException when they have not, or this release cannot read them
     */
    static Plan decode(String name, byte[] content, String sha256, Parts parts) {
        StoredPlan.Builder stored = StoredPlan.newBuilder();
        try {
            parse(name, content, sha256, stored);
            if (stored.getFormat() != WHOLE && stored.getFormat() != IN_PARTS) {
                throw new IllegalArgumentException(
                        "format " + stored.getFormat() + ", this release reads up to " + IN_PARTS);
            }
            return new PlanRecord(stored.build()).plan(name, parts);
        } catch (InvalidProtocolBufferException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ArtifactCorruptException(
                    "The plan " + name + " cannot be read by this release (" + e.getMessage()
                            + "); run the release that wrote it, or a newer one",
                    e);
        }
    }

    private static void parse(String name, byte[] content, String sha256, Message.Builder target)
            throws InvalidProtocolBufferException {
        String found = Sha256.hex(content);
        if (!found.equals(sha256)) {
            throw new ArtifactCorruptException("The plan " + name + " (" + content.length + " bytes) has the SHA-256 "
                    + found + ", expected " + sha256 + ": it was changed or cut. Restore it from a copy of the store; "
                    + "without it nobody knows the experiment's tasks");
        }
        // Nothing is ignored: a spec without a field that a newer release gave it would be another task.
        synchronized (PARSING) {
            JsonFormat.parser().merge(new String(content, StandardCharsets.UTF_8), target);
        }
    }

    private Plan plan(String name, Parts parts) throws InvalidProtocolBufferException {
        stored.getTasksList().forEach(task -> tasks.add(task(task, task.getSpec())));
        for (String sha256 : stored.getPartsList()) {
            StoredTasks.Builder part = StoredTasks.newBuilder();
            parse(name + ", part " + sha256, parts.read(sha256), sha256, part);
            for (StoredTask task : part.getTasksList()) {
                tasks.add(task(task, SpecTemplates.merged(stored.getTemplates(task.getTemplate()), task.getSpec())));
            }
        }
        List<Cell> cells = stored.getCellsList().stream().map(PlanRecord::cell).toList();
        return new Plan(
                tasks, stored.getRunsList().stream().map(run -> run(run, cells)).toList(), stored.getTasksUnshared());
    }

    /** Inputs must be among the tasks that were read already. */
    private PlanTask task(StoredTask task, TaskSpec spec) {
        return new PlanTask(
                new ArtifactKey(task.getKey()),
                kind(spec),
                spec,
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
