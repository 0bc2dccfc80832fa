package org.crvqa.vqa.checkpoint;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Interprets the opcodes of Python's pickle protocols 2 to 5 that {@code torch.save} writes, and refuses all others. It
 * makes numbers, strings and containers itself; what a pickle asks for by name, {@link Objects} makes or refuses. The
 * opcodes: <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">pickletools</a>.
 *
 * <p>Hostile bytes cost little: there is no recursion, every opcode makes at most one object of bounded size, opcodes
 * are counted, and only strings and numbers, never containers, are compared or hashed.
 */
final class Unpickler {
    /** Longer pickles are not read; one of 500 tensors has about 70 kB. */
    static final int MAX_BYTES = 16 << 20;
    /** Opcodes that are interpreted; a tensor takes about 40. */
    static final int MAX_OPCODES = 1 << 21;
    /** Longest string in bytes; checkpoints hold names only. */
    static final int MAX_STRING_BYTES = 4096;

    private static final int SHOWN = 200;
    private static final int OLDEST_PROTOCOL = 2;
    private static final int NEWEST_PROTOCOL = 5;

    private final ByteBuffer in;
    private final Objects objects;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private int at;

    private Unpickler(byte[] pickle, Objects objects) {
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
        this.objects = objects;
    }

    /** Python's {@code None}. */
    enum None {
        /** The only one. */
        NONE
    }

    /** A Python tuple. */
    record Tuple(List<Object> items) {}

    /** Makes what a pickle asks for by name; every method refuses what it does not know. */
    interface Objects {
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
     */
    static Object read(byte[] pickle, Objects objects) throws PickleException {
        if (pickle.length > MAX_BYTES) {
            throw new PickleException("has " + pickle.length + " bytes, more than the " + MAX_BYTES + " allowed");
        }
        Unpickler unpickler = new Unpickler(pickle, objects);
        try {
            return unpickler.run();
        } catch (BufferUnderflowException e) {
            throw new PickleException("ends at byte " + pickle.length + " within the opcode at byte " + unpickler.at);
        } catch (PickleException e) {
            throw new PickleException(e.getMessage() + " (byte " + unpickler.at + ")");
        }
    }

    /** Part of a text from outside that a message may show. */
    static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }

    /** What an object is, for messages; never shows its content, which may be endless. */
    static String kind(Object object) {
        return object.getClass().getSimpleName();
    }

    private Object run() throws PickleException {
        if (in.get() != (byte) 0x80) {
            throw new PickleException("does not start with a protocol number");
        }
        int protocol = unsignedByte();
        if (protocol < OLDEST_PROTOCOL || protocol > NEWEST_PROTOCOL) {
            throw new PickleException(
                    "is of protocol " + protocol + ", expected " + OLDEST_PROTOCOL + " to " + NEWEST_PROTOCOL);
        }
        for (int count = 0; count < MAX_OPCODES; count++) {
            at = in.position();
            int opcode = unsignedByte();
            if (opcode == '.') {
                return pop();
            }
            if (!scalar(opcode) && !container(opcode) && !memo(opcode) && !object(opcode)) {
                throw new PickleException(
                        String.format("refuses opcode 0x%02x, which torch.save does not write", opcode));
            }
        }
        throw new PickleException("has more than the " + MAX_OPCODES + " opcodes allowed");
    }

    private boolean scalar(int opcode) throws PickleException {
        switch (opcode) {
            case 'N' -> push(None.NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) in.getInt());
            case 'K' -> push((long) unsignedByte());
            case 'M' -> push((long) Short.toUnsignedInt(in.getShort()));
            case 0x8a -> push(longInteger(unsignedByte()));
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
            case 'X' -> push(string(Integer.toUnsignedLong(in.getInt())));
            case 0x8c -> push(string(unsignedByte()));
            case 0x8d -> push(string(in.getLong()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) throws PickleException {
        switch (opcode) {
            case '(' -> marks.add(stack.size());
            case '0' -> pop();
            case '1' -> popToMark();
            case ')' -> push(new Tuple(List.of()));
            case 't' -> push(new Tuple(popToMark()));
            case 0x85 -> push(new Tuple(pop(1)));
            case 0x86 -> push(new Tuple(pop(2)));
            case 0x87 -> push(new Tuple(pop(3)));
            case ']' -> push(new ArrayList<>(0));
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case '}' -> push(new LinkedHashMap<>());
            case 's' -> set(pop(2));
            case 'u' -> set(popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memo(int opcode) throws PickleException {
        switch (opcode) {
            case 'q' -> memo.put(unsignedByte(), peek());
            case 'r' -> memo.put(in.getInt(), peek());
            case 0x94 -> memo.put(memo.size(), peek());
            case 'h' -> push(remembered(unsignedByte()));
            case 'j' -> push(remembered(in.getInt()));
            // A frame says how many bytes to read at once; all are here already.
            case 0x95 -> in.getLong();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean object(int opcode) throws PickleException {
        switch (opcode) {
            case 'c' -> push(objects.global(line() + "." + line()));
            case 0x93 -> {
                List<Object> names = pop(2);
                if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
                    throw new PickleException("asks for a global whose name is no text");
                }
                push(objects.global(module + "." + name));
            }
            case 'R' -> {
                Object arguments = pop();
                Object callable = pop();
                if (!(arguments instanceof Tuple tuple)) {
                    throw new PickleException("calls with a " + kind(arguments) + " instead of a tuple");
                }
                push(objects.call(callable, tuple.items()));
            }
            case 'b' -> {
                Object state = pop();
                objects.build(peek(), state);
            }
            case 'Q' -> push(objects.persistent(pop()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private int unsignedByte() {
        return Byte.toUnsignedInt(in.get());
    }

    private long longInteger(int bytes) throws PickleException {
        if (bytes > Long.BYTES) {
            throw new PickleException("holds an integer of " + bytes + " bytes, more than 8");
        }
        long value = 0;
        int last = 0;
        for (int i = 0; i < bytes; i++) {
            last = in.get();
            value |= (last & 0xffL) << (8 * i);
        }
        // Little-endian two's complement: the sign of the last byte fills what is above it.
        return last < 0 && bytes < Long.BYTES ? value | -1L << (8 * bytes) : value;
    }

    private String string(long bytes) throws PickleException {
        if (bytes < 0 || bytes > MAX_STRING_BYTES) {
            throw new PickleException("holds a string of " + Long.toUnsignedString(bytes) + " bytes, more than the "
                    + MAX_STRING_BYTES + " allowed");
        }
        byte[] text = new byte[(int) bytes];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private String line() throws PickleException {
        int start = in.position();
        while (in.get() != '\n') {
            if (in.position() - start > MAX_STRING_BYTES) {
                throw new PickleException("holds a name of more than the " + MAX_STRING_BYTES + " bytes allowed");
            }
        }
        return new String(in.array(), start, in.position() - 1 - start, StandardCharsets.UTF_8);
    }

    private void push(Object object) {
        stack.add(object);
    }

    /** Index below which the stack belongs to an outer container. */
    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    private Object peek() throws PickleException {
        if (stack.size() <= floor()) {
            throw new PickleException("takes from an empty stack");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws PickleException {
        Object top = peek();
        stack.remove(stack.size() - 1);
        return top;
    }

    private List<Object> pop(int count) throws PickleException {
        if (stack.size() - count < floor()) {
            throw new PickleException("takes " + count + " from a stack of " + (stack.size() - floor()));
        }
        return cut(stack.size() - count);
    }

    private List<Object> popToMark() throws PickleException {
        if (marks.isEmpty()) {
            throw new PickleException("ends a container that did not begin");
        }
        return cut(marks.remove(marks.size() - 1));
    }

    private List<Object> cut(int from) {
        List<Object> top = stack.subList(from, stack.size());
        List<Object> items = new ArrayList<>(top);
        top.clear();
        return items;
    }

    private void append(List<Object> items) throws PickleException {
        if (!(peek() instanceof List<?>)) {
            throw new PickleException("appends to a " + kind(peek()));
        }
        @SuppressWarnings("unchecked") // Only this class makes lists, and it makes them of objects.
        List<Object> list = (List<Object>) peek();
        list.addAll(items);
    }

    private void set(List<Object> items) throws PickleException {
        if (!(peek() instanceof Map<?, ?>)) {
            throw new PickleException("sets items of a " + kind(peek()));
        }
        @SuppressWarnings("unchecked") // Maps come from this class and from a maker of empty ones, both of objects.
        Map<Object, Object> map = (Map<Object, Object>) peek();
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

    private Object remembered(int index) throws PickleException {
        Object object = memo.get(index);
        if (object == null) {
            throw new PickleException("takes entry " + Integer.toUnsignedString(index) + ", which it never kept");
        }
        return object;
    }
}
