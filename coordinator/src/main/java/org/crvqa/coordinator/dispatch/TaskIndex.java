package org.crvqa.coordinator.dispatch;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntConsumer;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.WorkKind;

/**
 * An experiment's tasks by stage and state, kept with every move, so that a page of those in question is found without a
 * look at the others. A task takes a bit in one of its cells. Owned by the event loop.
 */
final class TaskIndex {
    private static final List<WorkKind> STAGES = Arrays.stream(WorkKind.values())
            .filter(stage -> stage != WorkKind.UNRECOGNIZED)
            .toList();
    private static final List<TaskState> STATES = Arrays.stream(TaskState.values())
            .filter(state -> state != TaskState.UNRECOGNIZED)
            .toList();

    /** Places by stage and state. */
    private final BitSet[][] places = new BitSet[STAGES.size()][STATES.size()];

    private final int[][] counts = new int[STAGES.size()][STATES.size()];

    TaskIndex() {
        for (BitSet[] cells : places) {
            Arrays.setAll(cells, unused -> new BitSet());
        }
    }

    /** Files a task as it is now. */
    void add(TaskPlace member) {
        set(member, true);
    }

    /** Takes it out. To be called before its state changes. */
    void remove(TaskPlace member) {
        set(member, false);
    }

    private void set(TaskPlace member, boolean is) {
        int stage = member.task.plan.stage().getNumber();
        int state = member.task.state.getNumber();
        if (places[stage][state].get(member.place) != is) {
            places[stage][state].set(member.place, is);
            counts[stage][state] += is ? 1 : -1;
        }
    }

    /** Hears how many tasks are in a cell. */
    interface CellVisitor {
        void cell(WorkKind stage, TaskState state, int tasks);
    }

    /** Tells the cells that are not empty. */
    void forEach(CellVisitor visitor) {
        for (WorkKind stage : STAGES) {
            for (TaskState state : STATES) {
                if (count(stage, state) > 0) {
                    visitor.cell(stage, state, count(stage, state));
                }
            }
        }
    }

    int count(WorkKind stage, TaskState state) {
        return counts[stage.getNumber()][state.getNumber()];
    }

    int count(BiPredicate<WorkKind, TaskState> cells) {
        int sum = 0;
        for (WorkKind stage : STAGES) {
            for (TaskState state : STATES) {
                sum += cells.test(stage, state) ? count(stage, state) : 0;
            }
        }
        return sum;
    }

    /** Whether it counts as {@code counted} does. */
    boolean agrees(TaskCounts counted) {
        return STATES.stream().allMatch(state -> count((stage, of) -> of == state) == counted.in(state));
    }

    /**
     * Tells the places of the tasks in question, from one on and in the order of the plan.
     *
     * @param cells which are in question
     * @param most of them to tell
     */
    void visit(BiPredicate<WorkKind, TaskState> cells, int from, int most, IntConsumer visitor) {
        BitSet[] asked = new BitSet[STAGES.size() * STATES.size()];
        int[] next = new int[asked.length];
        int open = 0;
        for (WorkKind stage : STAGES) {
            for (TaskState state : STATES) {
                BitSet cell = places[stage.getNumber()][state.getNumber()];
                if (cells.test(stage, state) && cell.nextSetBit(from) >= 0) {
                    asked[open] = cell;
                    next[open++] = cell.nextSetBit(from);
                }
            }
        }
        for (int told = 0; told < most && open > 0; told++) {
            int first = first(next, open);
            visitor.accept(next[first]);
            next[first] = asked[first].nextSetBit(next[first] + 1);
            if (next[first] < 0) {
                open--;
                asked[first] = asked[open];
                next[first] = next[open];
            }
        }
    }

    private static int first(int[] next, int open) {
        int first = 0;
        for (int i = 1; i < open; i++) {
            if (next[i] < next[first]) {
                first = i;
            }
        }
        return first;
    }
}
