package org.crvqa.vqa.pickle;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary in a pickle of any size, read item by item: an item is given out as soon as its value is complete, and
 * nothing of it is kept but the places of its arrays, to which later items may refer. Owned by one thread.
 */
public final class PickledDictionary {
    private final PickleInput in;
    private final Unpickler unpickler;
    private final Queue<Item> ready = new ArrayDeque<>();
    private @Nullable Object root;
    private boolean ended;

    private PickledDictionary(PickleInput in) {
        this.in = in;
        this.unpickler = Unpickler.over(in, new NumpyObjects());
    }

    /**
     * An item of the dictionary.
     *
     * @param value as {@link Unpickler#read} gives it; arrays are {@link NumpyArray}s
     */
    public record Item(Object key, Object value) {}

    /** @throws PickleException when it does not begin as a pickle of protocol 0 to 5 */
    public static PickledDictionary read(PickleInput in) throws PickleException {
        PickledDictionary dictionary = new PickledDictionary(in);
        dictionary.unpickler.guarded(() -> {
            dictionary.unpickler.begin(0);
            return true;
        });
        return dictionary;
    }

    /** How far the pickle was read, in bytes. */
    public long position() {
        return in.position();
    }

    /**
     * The next item in the pickle's order; empty at the end. A key that is there twice comes twice.
     *
     * @throws PickleException when the pickle holds anything but a dictionary, or asks for what is not known
     */
    public Optional<Item> next() throws PickleException {
        if (ready.isEmpty() && !ended) {
            unpickler.guarded(() -> {
                while (ready.isEmpty() && !ended) {
                    advance();
                }
                return true;
            });
        }
        return Optional.ofNullable(ready.poll());
    }

    private void advance() throws PickleException, IOException {
        PickleStack stack = unpickler.stack();
        if (root == null && stack.size() == 1 && stack.aboveFirst() == 0) {
            root = stack.get(0) instanceof Map<?, ?> map ? map : null;
        }
        if (unpickler.step()) {
            // A dictionary's items wait on the stack in long rows; the next key shows that the one before is complete.
            while (root != null
                    && stack.aboveFirst() > 2
                    && stack.get(0) == root
                    && isItem(stack.get(1), stack.get(2))) {
                give(stack.take(1, 2));
            }
            drain();
        } else {
            end(stack.pop());
        }
    }

    /** A key of another kind, or a value that is being made, is left for the opcode that puts it into the dictionary. */
    private static boolean isItem(Object key, Object value) {
        return (key instanceof String || key instanceof Long) && value instanceof Map<?, ?>;
    }

    /** Gives out what opcodes put into the dictionary itself. */
    private void drain() {
        if (root instanceof Map<?, ?> map && !map.isEmpty()) {
            map.forEach((key, value) -> ready.add(new Item(key, value)));
            map.clear();
            unpickler.nextItem(map);
        }
    }

    private void give(List<Object> item) {
        ready.add(new Item(item.get(0), item.get(1)));
        unpickler.nextItem(Objects.requireNonNull(root));
    }

    private void end(Object last) throws PickleException {
        ended = true;
        if (!(last instanceof Map<?, ?> map)) {
            throw new PickleException("holds a " + Unpickler.kind(last) + ", expected a dictionary");
        }
        if (unpickler.remaining() > 0) {
            throw new PickleException("goes on for " + unpickler.remaining() + " bytes behind its end");
        }
        map.forEach((key, value) -> ready.add(new Item(key, value)));
    }
}
