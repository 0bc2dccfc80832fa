package org.crvqa.vqa.pickle;

import static org.crvqa.vqa.pickle.Unpickler.argument;

import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.pickle.Unpickler.Tuple;

/**
 * The few globals that dictionaries of NumPy's arrays and numbers need, under the names that they have had since NumPy 1.
 * Any other name is refused, so that nothing runs that a file asks for. The counterparts are {@code numpy.ndarray.__reduce__}
 * and {@code __reduce_ex__}.
 */
public final class NumpyObjects implements Unpickler.Objects {
    private static final Map<String, Function> GLOBALS = Map.ofEntries(
            Map.entry("numpy.core.multiarray._reconstruct", Function.ARRAY),
            Map.entry("numpy._core.multiarray._reconstruct", Function.ARRAY),
            Map.entry("numpy.core.numeric._frombuffer", Function.ARRAY_OF_BUFFER),
            Map.entry("numpy._core.numeric._frombuffer", Function.ARRAY_OF_BUFFER),
            Map.entry("numpy.core.multiarray.scalar", Function.NUMBER),
            Map.entry("numpy._core.multiarray.scalar", Function.NUMBER),
            Map.entry("numpy.ndarray", Function.ARRAY_CLASS),
            Map.entry("numpy.dtype", Function.TYPE),
            Map.entry("_codecs.encode", Function.ENCODE),
            Map.entry("__builtin__.bytes", Function.BYTES),
            Map.entry("builtins.bytes", Function.BYTES),
            Map.entry("__builtin__.bytearray", Function.BYTES),
            Map.entry("builtins.bytearray", Function.BYTES),
            Map.entry("collections.OrderedDict", Function.DICTIONARY),
            Map.entry("collections.defaultdict", Function.DICTIONARY),
            Map.entry("__builtin__.dict", Function.DICTIONARY),
            Map.entry("builtins.dict", Function.DICTIONARY));

    private enum Function {
        ARRAY,
        ARRAY_CLASS,
        ARRAY_OF_BUFFER,
        NUMBER,
        TYPE,
        ENCODE,
        BYTES,
        DICTIONARY
    }

    @Override
    public Object global(String name) throws PickleException {
        Function known = GLOBALS.get(name);
        if (known == null) {
            throw new PickleException("asks for " + Unpickler.shown(name) + "; this program refuses "
                    + Unpickler.shown(name) + " and all else but arrays, numbers, text and plain containers");
        }
        return known;
    }

    @Override
    public Object call(Object callable, List<Object> arguments) throws PickleException {
        if (!(callable instanceof Function function)) {
            throw new PickleException("calls a " + Unpickler.kind(callable));
        }
        return switch (function) {
            case ARRAY -> new NumpyArray();
            case ARRAY_OF_BUFFER ->
                new NumpyArray(
                        argument(arguments, 1, NumpyType.class, "an array's type"),
                        argument(arguments, 2, Tuple.class, "an array's shape").items(),
                        argument(arguments, 3, String.class, "an array's order").equals("F"),
                        argument(arguments, 0, Object.class, "an array's bytes"));
            case NUMBER -> number(arguments);
            case TYPE -> new NumpyType(arguments);
            // Python 3 writes bytes as text and its encoding below protocol 3; here, bytes are such text.
            case ENCODE -> encoded(arguments);
            case BYTES -> arguments.isEmpty() ? "" : encoded(arguments);
            case DICTIONARY -> new LinkedHashMap<>();
            case ARRAY_CLASS -> throw new PickleException("calls numpy.ndarray");
        };
    }

    private static Object encoded(List<Object> arguments) throws PickleException {
        Object text = argument(arguments, 0, Object.class, "text");
        if (text instanceof String || text instanceof Payload) {
            return text;
        }
        throw new PickleException("makes bytes of a " + Unpickler.kind(text));
    }

    /** A whole number of NumPy, as it stands for an image or a row. */
    private static Object number(List<Object> arguments) throws PickleException {
        NumpyType type = argument(arguments, 0, NumpyType.class, "a number's type");
        byte[] bytes = Strings.latin1(argument(arguments, 1, String.class, "a number's bytes"));
        boolean signed = type.name().startsWith("i");
        if ((!signed && !type.name().startsWith("u")) || bytes.length > Long.BYTES || bytes.length == 0) {
            throw new PickleException(
                    "holds a number of NumPy's type " + Unpickler.shown(type.name()) + ", expected whole numbers");
        }
        boolean little = type.order() == ByteOrder.LITTLE_ENDIAN;
        long value = signed && bytes[little ? bytes.length - 1 : 0] < 0 ? -1 : 0;
        for (int i = 0; i < bytes.length; i++) {
            value = value << Byte.SIZE | Byte.toUnsignedLong(bytes[little ? bytes.length - 1 - i : i]);
        }
        return value;
    }

    @Override
    public void build(Object object, Object state) throws PickleException {
        if (object instanceof NumpyArray array) {
            array.build(state);
        } else if (object instanceof NumpyType type) {
            type.build(state);
        } else {
            throw new PickleException("sets attributes of a " + Unpickler.kind(object));
        }
    }

    @Override
    public Object persistent(Object id) throws PickleException {
        throw new PickleException("refers to what is stored outside");
    }
}
