package org.crvqa.vqa.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.vqa.tensorfile.TensorType;

/** PyTorch's names of element types and of the storages of each. */
final class TorchTypes {
    /** The storage of any type, whose size is in bytes. */
    static final String UNTYPED = "torch.storage.UntypedStorage";

    private static final Map<String, Type> STORAGES = storages();
    private static final Map<String, Type> TYPES = types();

    private TorchTypes() {}

    /**
     * A type of elements.
     *
     * @param name as PyTorch's
     * @param read what it is read as; empty when tensors of it are only known to be there
     */
    record Type(String name, Optional<TensorType> read) {}

    /** The type of the elements of a storage, by the storage's full name. */
    static Optional<Type> ofStorage(String name) {
        return Optional.ofNullable(STORAGES.get(name));
    }

    /** The type of this full name, such as torch.float8_e4m3fn. */
    static Optional<Type> named(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }

    private static Map<String, Type> storages() {
        Map<String, Type> storages = new HashMap<>();
        storages.put("torch.FloatStorage", read("float32", TensorType.F32));
        storages.put("torch.DoubleStorage", read("float64", TensorType.F64));
        storages.put("torch.HalfStorage", read("float16", TensorType.F16));
        storages.put("torch.BFloat16Storage", read("bfloat16", TensorType.BF16));
        storages.put("torch.LongStorage", read("int64", TensorType.I64));
        storages.put("torch.IntStorage", read("int32", TensorType.I32));
        storages.put("torch.ShortStorage", read("int16", TensorType.I16));
        storages.put("torch.CharStorage", read("int8", TensorType.I8));
        storages.put("torch.ByteStorage", read("uint8", TensorType.U8));
        storages.put("torch.BoolStorage", read("bool", TensorType.BOOL));
        storages.put("torch.ComplexFloatStorage", foreign("complex64"));
        storages.put("torch.ComplexDoubleStorage", foreign("complex128"));
        storages.put("torch.QInt8Storage", foreign("qint8"));
        storages.put("torch.QUInt8Storage", foreign("quint8"));
        storages.put("torch.QInt32Storage", foreign("qint32"));
        storages.put("torch.QUInt4x2Storage", foreign("quint4x2"));
        storages.put("torch.QUInt2x4Storage", foreign("quint2x4"));
        return Map.copyOf(storages);
    }

    private static Map<String, Type> types() {
        Map<String, Type> types = new HashMap<>();
        STORAGES.values().forEach(type -> types.put(type.name(), type));
        for (String name : List.of("uint16", "uint32", "uint64", "complex32")) {
            types.put("torch." + name, foreign(name));
        }
        for (String name : List.of("e4m3fn", "e4m3fnuz", "e5m2", "e5m2fnuz", "e8m0fnu")) {
            types.put("torch.float8_" + name, foreign("float8_" + name));
        }
        types.put("torch.float4_e2m1fn_x2", foreign("float4_e2m1fn_x2"));
        for (int bits = 1; bits < Byte.SIZE; bits++) {
            types.put("torch.int" + bits, foreign("int" + bits));
            types.put("torch.uint" + bits, foreign("uint" + bits));
        }
        for (String name : List.of("bits8", "bits16", "bits1x8", "bits2x4", "bits4x2")) {
            types.put("torch." + name, foreign(name));
        }
        return Map.copyOf(types);
    }

    private static Type read(String name, TensorType type) {
        return new Type("torch." + name, Optional.of(type));
    }

    private static Type foreign(String name) {
        return new Type("torch." + name, Optional.empty());
    }
}
