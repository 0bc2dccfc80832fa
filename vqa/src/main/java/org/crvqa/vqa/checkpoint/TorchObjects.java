package org.crvqa.vqa.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.checkpoint.Unpickler.Tuple;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * The few globals that a pickled {@code state_dict} needs: tensors, parameters, their storages and ordered
 * dictionaries. Any other name is refused, so that nothing runs that a file asks for. The counterpart is {@code
 * torch/_utils.py} and {@code torch/serialization.py}.
 */
final class TorchObjects implements Unpickler.Objects {
    private static final int MAX_RANK = 64;
    private static final int MAX_KEY_LENGTH = 255;

    private static final Map<String, Object> GLOBALS = Map.ofEntries(
            Map.entry("collections.OrderedDict", Function.ORDERED_DICT),
            Map.entry("torch._utils._rebuild_tensor_v2", Function.REBUILD_TENSOR),
            Map.entry("torch._utils._rebuild_parameter", Function.REBUILD_PARAMETER),
            Map.entry("torch.FloatStorage", TensorType.F32),
            Map.entry("torch.DoubleStorage", TensorType.F64),
            Map.entry("torch.HalfStorage", TensorType.F16),
            Map.entry("torch.BFloat16Storage", TensorType.BF16),
            Map.entry("torch.LongStorage", TensorType.I64),
            Map.entry("torch.IntStorage", TensorType.I32),
            Map.entry("torch.ShortStorage", TensorType.I16),
            Map.entry("torch.CharStorage", TensorType.I8),
            Map.entry("torch.ByteStorage", TensorType.U8),
            Map.entry("torch.BoolStorage", TensorType.BOOL));

    /** Says how many bytes of a storage the file has, or that it lacks the storage. */
    @FunctionalInterface
    interface Storages {
        long bytes(String key) throws PickleException;
    }

    private enum Function {
        ORDERED_DICT,
        REBUILD_TENSOR,
        REBUILD_PARAMETER
    }

    private final Storages storages;

    TorchObjects(Storages storages) {
        this.storages = storages;
    }

    @Override
    public Object global(String name) throws PickleException {
        Object known = GLOBALS.get(name);
        if (known == null) {
            throw new PickleException("asks for " + Unpickler.shown(name) + "; this program refuses "
                    + Unpickler.shown(name) + " and all else but tensors and plain containers");
        }
        return known;
    }

    @Override
    public Object call(Object callable, List<Object> arguments) throws PickleException {
        if (!(callable instanceof Function function)) {
            throw new PickleException("calls a " + Unpickler.kind(callable));
        }
        switch (function) {
            case ORDERED_DICT -> {
                if (!arguments.isEmpty()) {
                    throw new PickleException("makes a collections.OrderedDict of arguments, expected an empty one");
                }
                return new LinkedHashMap<>();
            }
            case REBUILD_TENSOR -> {
                return tensor(arguments);
            }
            case REBUILD_PARAMETER -> {
                return argument(arguments, 0, TorchTensor.class, "a parameter's tensor");
            }
        }
        throw new AssertionError(function);
    }

    /** An {@code OrderedDict} of a module carries its version numbers as an attribute; they play no part. */
    @Override
    public void build(Object object, Object state) throws PickleException {
        if (!(object instanceof Map<?, ?>)) {
            throw new PickleException("sets attributes of a " + Unpickler.kind(object));
        }
    }

    @Override
    public Object persistent(Object id) throws PickleException {
        if (!(id instanceof Tuple tuple)) {
            throw new PickleException("refers to what is stored outside by a " + Unpickler.kind(id));
        }
        List<Object> items = tuple.items();
        if (!argument(items, 0, String.class, "the kind of what is stored outside")
                .equals("storage")) {
            throw new PickleException("refers to what is stored outside and is no storage");
        }
        TensorType type = argument(items, 1, TensorType.class, "a storage's type");
        String key = argument(items, 2, String.class, "a storage's key");
        long elements = argument(items, 4, Long.class, "a storage's size");
        if (key.length() > MAX_KEY_LENGTH || key.contains("/")) {
            throw new PickleException("names a storage " + Unpickler.shown(key));
        }
        long bytes = storages.bytes(key);
        if (elements < 0 || elements > bytes / type.bytes() || elements * type.bytes() != bytes) {
            throw new PickleException("gives storage " + key + " " + elements + " elements of " + type
                    + ", but the file has " + bytes + " bytes of it");
        }
        return new TorchTensor.Storage(key, type, elements);
    }

    private static TorchTensor tensor(List<Object> arguments) throws PickleException {
        TorchTensor.Storage storage = argument(arguments, 0, TorchTensor.Storage.class, "a tensor's storage");
        long offset = argument(arguments, 1, Long.class, "a tensor's offset");
        long[] shape = longs(argument(arguments, 2, Tuple.class, "a tensor's shape"));
        long[] strides = longs(argument(arguments, 3, Tuple.class, "a tensor's strides"));
        return TorchTensor.of(storage, offset, shape, strides);
    }

    private static long[] longs(Tuple tuple) throws PickleException {
        List<Object> items = tuple.items();
        if (items.size() > MAX_RANK) {
            throw new PickleException("has a tensor of " + items.size() + " dimensions, more than " + MAX_RANK);
        }
        long[] values = new long[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = argument(items, i, Long.class, "a dimension");
        }
        return values;
    }

    private static <T> T argument(List<Object> arguments, int index, Class<T> type, String what)
            throws PickleException {
        if (index >= arguments.size()) {
            throw new PickleException("lacks " + what);
        }
        Object value = arguments.get(index);
        if (!type.isInstance(value)) {
            throw new PickleException("gives a " + Unpickler.kind(value) + " as " + what);
        }
        return type.cast(value);
    }
}
