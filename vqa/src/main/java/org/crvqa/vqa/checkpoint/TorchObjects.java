package org.crvqa.vqa.checkpoint;

import static org.crvqa.vqa.pickle.Unpickler.argument;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.vqa.pickle.PickleException;
import org.crvqa.vqa.pickle.Unpickler;
import org.crvqa.vqa.pickle.Unpickler.Tuple;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * The few globals that a pickled {@code state_dict} needs: tensors, parameters, their storages and ordered
 * dictionaries. Any other name is refused, so that nothing runs that a file asks for. Tensors of types that are not read
 * become {@link ForeignValue}s. The counterpart is {@code torch/_utils.py} and {@code torch/serialization.py}.
 */
final class TorchObjects implements Unpickler.Objects {
    private static final int MAX_RANK = 64;
    private static final int MAX_KEY_LENGTH = 255;

    private static final Map<String, Function> FUNCTIONS = Map.ofEntries(
            Map.entry("collections.OrderedDict", Function.ORDERED_DICT),
            Map.entry("torch._utils._rebuild_tensor", Function.TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v2", Function.TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v3", Function.TYPED_TENSOR),
            Map.entry("torch._utils._rebuild_parameter", Function.PARAMETER),
            Map.entry("torch._utils._rebuild_parameter_with_state", Function.PARAMETER),
            Map.entry("torch._tensor._rebuild_from_type_v2", Function.WITH_ATTRIBUTES),
            Map.entry("torch._utils._rebuild_qtensor", Function.QUANTISED),
            Map.entry("torch._utils._rebuild_sparse_tensor", Function.SPARSE),
            Map.entry("torch._utils._rebuild_nested_tensor", Function.NESTED),
            Map.entry("torch._utils._rebuild_meta_tensor_no_storage", Function.META),
            Map.entry("torch.Size", Function.INERT),
            Map.entry("torch.device", Function.INERT),
            Map.entry("torch.serialization._get_layout", Function.INERT),
            Map.entry("torch.Tensor", Function.INERT),
            Map.entry("torch.nn.parameter.Parameter", Function.INERT),
            Map.entry("torch.per_tensor_affine", Function.INERT),
            Map.entry("torch.per_channel_affine", Function.INERT),
            Map.entry("torch.per_channel_affine_float_qparams", Function.INERT));

    /** Says how many bytes of a storage the file has, or that it lacks the storage. */
    @FunctionalInterface
    interface Storages {
        long bytes(String key) throws PickleException;
    }

    /** A tensor of a type or form that is not read. */
    record ForeignValue(String type) {}

    /** What a storage holds whose elements are not read, or are of a type that only a tensor on it tells. */
    private record ForeignStorage(String key, long bytes, TorchTypes.Type type) {}

    private enum Function {
        ORDERED_DICT,
        TENSOR,
        TYPED_TENSOR,
        PARAMETER,
        WITH_ATTRIBUTES,
        QUANTISED,
        SPARSE,
        NESTED,
        META,
        /** Names something that goes with tensors; what it makes is never looked at. */
        INERT
    }

    private final Storages storages;

    TorchObjects(Storages storages) {
        this.storages = storages;
    }

    @Override
    public Object global(String name) throws PickleException {
        if (name.equals(TorchTypes.UNTYPED)) {
            return new TorchTypes.Type(name, Optional.empty());
        }
        Function function = FUNCTIONS.get(name);
        if (function != null) {
            return function;
        }
        return TorchTypes.ofStorage(name)
                .or(() -> TorchTypes.named(name))
                .orElseThrow(() -> new PickleException("asks for " + Unpickler.shown(name) + "; this program refuses "
                        + Unpickler.shown(name) + " and all else but tensors and plain containers"));
    }

    @Override
    public Object call(Object callable, List<Object> arguments) throws PickleException {
        if (!(callable instanceof Function function)) {
            throw new PickleException("calls a " + Unpickler.kind(callable));
        }
        return switch (function) {
            case ORDERED_DICT -> {
                if (!arguments.isEmpty()) {
                    throw new PickleException("makes a collections.OrderedDict of arguments, expected an empty one");
                }
                yield new LinkedHashMap<>();
            }
            case TENSOR -> tensor(arguments);
            case TYPED_TENSOR -> typedTensor(arguments);
            case PARAMETER -> parameter(arguments);
            case WITH_ATTRIBUTES -> withAttributes(arguments);
            case QUANTISED -> new ForeignValue("a quantised type");
            case SPARSE -> new ForeignValue("a sparse form");
            case NESTED -> new ForeignValue("a nested form");
            case META -> new ForeignValue("torch.device meta, without elements");
            case INERT -> Function.INERT;
        };
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
        TorchTypes.Type type = argument(items, 1, TorchTypes.Type.class, "a storage's type");
        String key = argument(items, 2, String.class, "a storage's key");
        long elements = argument(items, 4, Long.class, "a storage's size");
        if (key.length() > MAX_KEY_LENGTH || key.contains("/")) {
            throw new PickleException("names a storage " + Unpickler.shown(key));
        }
        long bytes = storages.bytes(key);
        if (type.read().isEmpty()) {
            return new ForeignStorage(key, bytes, type);
        }
        TensorType read = type.read().get();
        if (elements < 0 || elements > bytes / read.bytes() || elements * read.bytes() != bytes) {
            throw new PickleException("gives storage " + key + " " + elements + " elements of " + read
                    + ", but the file has " + bytes + " bytes of it");
        }
        return new TorchTensor.Storage(key, read, elements);
    }

    private static Object tensor(List<Object> arguments) throws PickleException {
        Object storage = argument(arguments, 0, Object.class, "a tensor's storage");
        if (storage instanceof ForeignStorage foreign) {
            return new ForeignValue(foreign.type().name());
        }
        return view(argument(arguments, 0, TorchTensor.Storage.class, "a tensor's storage"), arguments, 6);
    }

    /** A tensor of a type that has no storage of its own, as those have that came into PyTorch late. */
    private static Object typedTensor(List<Object> arguments) throws PickleException {
        ForeignStorage storage = argument(arguments, 0, ForeignStorage.class, "a tensor's storage");
        TorchTypes.Type type = argument(arguments, 6, TorchTypes.Type.class, "a tensor's type");
        if (type.read().isEmpty()) {
            return new ForeignValue(type.name());
        }
        TensorType read = type.read().get();
        return view(new TorchTensor.Storage(storage.key(), read, storage.bytes() / read.bytes()), arguments, 7);
    }

    private static Object view(TorchTensor.Storage storage, List<Object> arguments, int metadata)
            throws PickleException {
        if (metadata < arguments.size()
                && arguments.get(metadata) instanceof Map<?, ?> bits
                && bits.containsValue(true)) {
            return new ForeignValue("a view that is yet to be negated or conjugated");
        }
        long offset = argument(arguments, 1, Long.class, "a tensor's offset");
        long[] shape = longs(argument(arguments, 2, Tuple.class, "a tensor's shape"));
        long[] strides = longs(argument(arguments, 3, Tuple.class, "a tensor's strides"));
        return TorchTensor.of(storage, offset, shape, strides);
    }

    private static Object parameter(List<Object> arguments) throws PickleException {
        Object tensor = argument(arguments, 0, Object.class, "a parameter's tensor");
        return tensor instanceof ForeignValue
                ? tensor
                : argument(arguments, 0, TorchTensor.class, "a parameter's tensor");
    }

    /** A tensor that somebody gave attributes: a function, a class, the function's arguments, the attributes. */
    private Object withAttributes(List<Object> arguments) throws PickleException {
        Function function = argument(arguments, 0, Function.class, "what rebuilds a tensor");
        if (function == Function.WITH_ATTRIBUTES) {
            throw new PickleException("gives a tensor attributes twice");
        }
        return call(
                function,
                argument(arguments, 2, Tuple.class, "a tensor's parts").items());
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
}
