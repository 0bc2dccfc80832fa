package org.crvqa.vqa.pickle;

import java.util.ArrayList;
import java.util.List;

/** The stack of a pickle machine, with its marks, below which no opcode may reach. */
final class PickleStack {
    private final List<Object> items = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();

    void push(Object object) {
        items.add(object);
    }

    void mark() {
        marks.add(items.size());
    }

    /** An item by its place from the bottom. */
    Object get(int place) {
        return items.get(place);
    }

    int size() {
        return items.size();
    }

    /** The items above the only mark, which is right above the first item; 0 when marks stand otherwise. */
    int aboveFirst() {
        return marks.size() == 1 && marks.get(0) == 1 ? items.size() - 1 : 0;
    }

    /** Takes items away from the middle; marks above them must not stand. */
    List<Object> take(int from, int count) {
        return cut(from, from + count);
    }

    /** Index below which the stack belongs to an outer container. */
    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    Object peek() throws PickleException {
        if (items.size() <= floor()) {
            throw new PickleException("takes from an empty stack");
        }
        return items.get(items.size() - 1);
    }

    Object pop() throws PickleException {
        Object top = peek();
        items.remove(items.size() - 1);
        return top;
    }

    List<Object> pop(int count) throws PickleException {
        if (items.size() - count < floor()) {
            throw new PickleException("takes " + count + " from a stack of " + (items.size() - floor()));
        }
        return cut(items.size() - count, items.size());
    }

    List<Object> popToMark() throws PickleException {
        if (marks.isEmpty()) {
            throw new PickleException("ends a container that did not begin");
        }
        return cut(marks.remove(marks.size() - 1), items.size());
    }

    private List<Object> cut(int from, int to) {
        List<Object> part = items.subList(from, to);
        List<Object> copy = new ArrayList<>(part);
        part.clear();
        return copy;
    }
}
