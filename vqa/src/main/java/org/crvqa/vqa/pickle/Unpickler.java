package org.crvqa.vqa.pickle;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Interprets the opcodes that Python writes for plain data, and refuses all others. It makes numbers, strings and
 * containers itself; what a pickle asks for by name, {@link Objects} makes or refuses. The opcodes: <a
 * href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">pickletools</a>.
 *
 * <p>Strings of bytes become text whose characters are the bytes, since Python 2 tells the two apart no better.
 *
 * <p>Hostile bytes cost little: there is no recursion, every opcode makes at most one object of bounded size, opcodes
 * are counted, and only strings and numbers, never containers, are compared or hashed.
 */
public final class Unpickler {
    /** Longer pickles are not read at once; one of 500 tensors has about 70 kB. */
    public static final int MAX_BYTES = 16 << 20;
    /** Opcodes that are interpreted for one object; a tensor takes about 40. */
    public static final int MAX_OPCODES = 1 << 21;
    /** Opcodes of one item of a dictionary of any size; an image takes about 60. */
    private static final int MAX_ITEM_OPCODES = 1 << 17;
    /** Longest string in bytes, but for those that are left where they stand. */
    public static final int MAX_STRING_BYTES = 4096;

    private static final int SHOWN = 200;
    private static final int NEWEST_PROTOCOL = 5;
    private static final int PROTOCOL = 0x80;

    private final PickleInput in;
    private final Objects objects;
    private final Scalars scalars;
    private final int mostOpcodes;
    private final PickleStack stack = new PickleStack();
    private final Memo memo = new Memo();
    private long at;
    private int opcodes;

    private Unpickler(PickleInput in, Objects objects, boolean leavesLongStrings, int mostOpcodes) {
        this.in = in;
        this.objects = objects;
        this.scalars = new Scalars(in, leavesLongStrings);
        this.mostOpcodes = mostOpcodes;
    }

    /** Python's {@code None}. */
    enum None {
        /** The only one. */
        NONE
    }

    /** A Python tuple. */
    public record Tuple(List<Object> items) {}

    /** Makes what a pickle asks for by name; every method refuses what it does not know. */
    public interface Objects {
        /** What stands for a class or function. */
        Object global(String name) throws PickleException;

        /** What a call gives. */
        Object call(Object callable, List<Object> arguments) throws PickleException;

        /** Takes note of the attributes of an object that is complete without them. */
        void build(Object object, Object state) throws PickleException;

        /** What is kept outside of the pickle. */
        Object persistent(Object id) throws PickleException;
    }

    /**
     * Reads one object: a {@link Long}, {@link Double}, {@link Boolean}, {@link String}, {@link None}, {@link Tuple},
     * {@link List}, {@link Map}, or one that {@code objects} made. Containers may share or contain each other.
     *
     * @param oldestProtocol that is read; below 2, pickles do not say theirs
     */
    public static Object read(byte[] pickle, int oldestProtocol, Objects objects) throws PickleException {
        if (pickle.length > MAX_BYTES) {
            throw new PickleException("has " + pickle.length + " bytes, more than the " + MAX_BYTES + " allowed");
        }
        Unpickler unpickler = new Unpickler(PickleInput.of(pickle), objects, false, MAX_OPCODES);
        return unpickler.guarded(() -> {
            unpickler.begin(oldestProtocol);
            while (true) {
                if (!unpickler.step()) {
                    return unpickler.stack.pop();
                }
            }
        });
    }

    /** A machine that is driven from outside, whose long strings become {@link Payload}s. */
    static Unpickler over(PickleInput in, Objects objects) {
        return new Unpickler(in, objects, true, MAX_ITEM_OPCODES);
    }

    /** Part of a text from outside that a message may show. */
    public static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }

    /** What an object is, for messages; never shows its content, which may be endless. */
    public static String kind(Object object) {
        return object.getClass().getSimpleName();
    }

    /** An argument of a call or an item of a tuple, of this type. */
    public static <T> T argument(List<Object> arguments, int index, Class<T> type, String what) throws PickleException {
        if (index >= arguments.size()) {
            throw new PickleException("lacks " + what);
        }
        Object value = arguments.get(index);
        if (!type.isInstance(value)) {
            throw new PickleException("gives a " + kind(value) + " as " + what);
        }
        return type.cast(value);
    }

    /** A part of the work of a machine. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws PickleException, IOException;
    }

    /** Does a part of the work; errors say where in the pickle. */
    <T> T guarded(Work<T> work) throws PickleException {
        try {
            return work.run();
        } catch (EOFException e) {
            throw new PickleException(
                    "ends at byte " + (in.position() + in.remaining()) + " within the opcode at byte " + at);
        } catch (PickleException e) {
            throw new PickleException(e.getMessage() + " (byte " + at + ")");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the pickle: " + e.getMessage(), e);
        }
    }

    /** Reads the number of the protocol, which pickles of protocols 0 and 1 do not have. */
    void begin(int oldestProtocol) throws PickleException, IOException {
        int opcode = in.unsignedByte();
        if (opcode == PROTOCOL) {
            requireProtocol(oldestProtocol);
        } else if (oldestProtocol < 2) {
            interpret(opcode);
        } else {
            throw new PickleException("does not start with a protocol number");
        }
    }

    private void requireProtocol(int oldest) throws PickleException, IOException {
        int protocol = in.unsignedByte();
        if (protocol < oldest || protocol > NEWEST_PROTOCOL) {
            throw new PickleException("is of protocol " + protocol + ", expected " + oldest + " to " + NEWEST_PROTOCOL);
        }
    }

    /** Interprets an opcode. @return false when it was the last */
    boolean step() throws PickleException, IOException {
        at = in.position();
        int opcode = in.unsignedByte();
        if (opcode == '.') {
            return false;
        }
        if (++opcodes > mostOpcodes) {
            throw new PickleException("has more than the " + mostOpcodes + " opcodes allowed");
        }
        interpret(opcode);
        return true;
    }

    private void interpret(int opcode) throws PickleException, IOException {
        Optional<Object> scalar = scalars.read(opcode);
        if (scalar.isPresent()) {
            stack.push(scalar.get());
        } else if (!container(opcode) && !memo(opcode) && !object(opcode)) {
            throw new PickleException(String.format("refuses opcode 0x%02x, which plain data does not need", opcode));
        }
    }

    PickleStack stack() {
        return stack;
    }

    /** Bytes behind the last opcode that was interpreted. */
    long remaining() {
        return in.remaining();
    }

    /** Begins to count opcodes anew, and forgets containers and long texts that were kept since the last call. */
    void nextItem(Object root) {
        opcodes = 0;
        memo.forget(kept -> kept != root
                && (kept instanceof Map
                        || kept instanceof List
                        || kept instanceof Tuple
                        || kept instanceof String text && text.length() > SHOWN));
    }

    private boolean container(int opcode) throws PickleException {
        switch (opcode) {
            case '(' -> stack.mark();
            case '0' -> stack.pop();
            case '1' -> stack.popToMark();
            case ')' -> stack.push(new Tuple(List.of()));
            case 't' -> stack.push(new Tuple(stack.popToMark()));
            case 0x85 -> stack.push(new Tuple(stack.pop(1)));
            case 0x86 -> stack.push(new Tuple(stack.pop(2)));
            case 0x87 -> stack.push(new Tuple(stack.pop(3)));
            case ']' -> stack.push(new ArrayList<>(0));
            case 'l' -> stack.push(new ArrayList<>(stack.popToMark()));
            case 'a' -> append(stack.pop(1));
            case 'e' -> append(stack.popToMark());
            case '}' -> stack.push(new LinkedHashMap<>());
            case 'd' -> {
                List<Object> items = stack.popToMark();
                stack.push(new LinkedHashMap<>());
                set(items);
            }
            case 's' -> set(stack.pop(2));
            case 'u' -> set(stack.popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memo(int opcode) throws PickleException, IOException {
        switch (opcode) {
            case 'p' -> memo.put(Scalars.number(scalars.line()), stack.peek());
            case 'q' -> memo.put(in.unsignedByte(), stack.peek());
            case 'r' -> memo.put(Integer.toUnsignedLong(in.integer()), stack.peek());
            case 0x94 -> memo.add(stack.peek());
            case 'g' -> stack.push(memo.get(Scalars.number(scalars.line())));
            case 'h' -> stack.push(memo.get(in.unsignedByte()));
            case 'j' -> stack.push(memo.get(Integer.toUnsignedLong(in.integer())));
            // A frame says how many bytes to read at once; it is taken as it comes.
            case 0x95 -> in.longInteger();
            // Whether a buffer may be changed plays no part here.
            case 0x98 -> stack.peek();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean object(int opcode) throws PickleException, IOException {
        switch (opcode) {
            case 'c' -> stack.push(objects.global(scalars.line() + "." + scalars.line()));
            case 0x93 -> {
                List<Object> names = stack.pop(2);
                if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
                    throw new PickleException("asks for a global whose name is no text");
                }
                stack.push(objects.global(module + "." + name));
            }
            case 'R' -> {
                Object arguments = stack.pop();
                Object callable = stack.pop();
                if (!(arguments instanceof Tuple tuple)) {
                    throw new PickleException("calls with a " + kind(arguments) + " instead of a tuple");
                }
                stack.push(objects.call(callable, tuple.items()));
            }
            case 'b' -> {
                Object state = stack.pop();
                objects.build(stack.peek(), state);
            }
            case 'Q' -> stack.push(objects.persistent(stack.pop()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void append(List<Object> items) throws PickleException {
        if (!(stack.peek() instanceof List<?>)) {
            throw new PickleException("appends to a " + kind(stack.peek()));
        }
        @SuppressWarnings("unchecked") // Only this class makes lists, and it makes them of objects.
        List<Object> list = (List<Object>) stack.peek();
        list.addAll(items);
    }

    private void set(List<Object> items) throws PickleException {
        if (!(stack.peek() instanceof Map<?, ?>)) {
            throw new PickleException("sets items of a " + kind(stack.peek()));
        }
        @SuppressWarnings("unchecked") // Maps come from this class and from a maker of empty ones, both of objects.
        Map<Object, Object> map = (Map<Object, Object>) stack.peek();
        if (items.size() % 2 != 0) {
            throw new PickleException("gives a key without its value");
        }
        for (int i = 0; i < items.size(); i += 2) {
            Object key = items.get(i);
            // Hashing a container would walk through all that it shares, again and again.
            if (!(key instanceof String || key instanceof Long)) {
                throw new PickleException("has a " + kind(key) + " as a key, expected text or a number");
            }
            map.put(key, items.get(i + 1));
        }
    }
}
