package org.crvqa.vqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Operators of torch that the engine's Java side does not have, over lists of tensors above all: the program
 * {@code operators.py}, loaded into the engine. The same code runs on CPU and GPU.
 *
 * <p>{@link #run} calls in inference mode: tensors may be changed in place, but one that is returned can be neither a
 * leaf nor saved for a backward pass, so results are written into tensors that are there. {@link #differentiable} takes
 * part in gradients.
 */
final class Operators {
    private final NDManager manager;
    private final PtSymbolBlock program;
    private final Map<String, NDArray> methodTags = new ConcurrentHashMap<>();
    private final ThreadLocal<Boolean> prepared = ThreadLocal.withInitial(() -> false);
    private volatile boolean leaked;

    Operators(NDManager root) {
        manager = root.newSubManager(Device.cpu());
        try {
            program = JniUtils.loadModule(
                    (PtNDManager) manager, new ByteArrayInputStream(TorchScriptArchive.ofOperators()), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read from memory", e);
        }
    }

    /** Arguments of a call, by their order. Closing frees the engine's side of them, which nothing else does. */
    static final class Arguments implements AutoCloseable {
        private final List<IValue> values = new ArrayList<>();

        Arguments tensors(List<NDArray> list) {
            return with(IValue.listFrom(list.toArray(PtNDArray[]::new)));
        }

        Arguments tensor(NDArray tensor) {
            return with(IValue.from((PtNDArray) tensor));
        }

        Arguments number(double number) {
            return with(IValue.from(number));
        }

        Arguments number(long number) {
            return with(IValue.from(number));
        }

        Arguments numbers(long... numbers) {
            return with(IValue.listFrom(numbers));
        }

        Arguments flag(boolean flag) {
            return with(IValue.from(flag));
        }

        private Arguments with(IValue value) {
            values.add(value);
            return this;
        }

        @Override
        public void close() {
            values.forEach(IValue::close);
        }
    }

    /** Calls a method for what it changes in place. */
    void run(String method, Arguments arguments) {
        call(method, arguments).close();
    }

    /** Calls a method that returns a tensor, which {@code owner} closes; not to be used under gradients. */
    NDArray tensor(String method, Arguments arguments, NDManager owner) {
        try (IValue result = call(method, arguments)) {
            NDArray tensor = result.toTensor((PtNDManager) owner);
            Scopes.release(tensor);
            return tensor;
        }
    }

    /** Calls a method of tensors that returns one, under gradients where these are recorded. */
    NDArray differentiable(String method, NDArray... inputs) {
        prepare();
        NDList list = new NDList(inputs);
        list.add(methodTags.computeIfAbsent(method, this::tag));
        try {
            return IValueUtils.forward(program, list, true).singletonOrThrow();
        } catch (RuntimeException e) {
            // The engine's Java side does not free what it gave to a call that fails, and that holds the whole graph.
            leaked = true;
            throw e;
        }
    }

    /** Whether a call that failed has left memory behind, which nothing but the end of the process frees. */
    boolean leaked() {
        return leaked;
    }

    private IValue call(String method, Arguments arguments) {
        prepare();
        return IValueUtils.runMethod(program, method, arguments.values.toArray(IValue[]::new));
    }

    /** The engine reads the method from the name of the last input. */
    private NDArray tag(String method) {
        NDArray tag = manager.full(new Shape(), 0f, DataType.FLOAT32);
        tag.setName("module_method:" + method);
        Scopes.release(tag);
        return tag;
    }

    /** Optimising would freeze a GPU for seconds at every new shape. The switch is the thread's own. */
    private void prepare() {
        if (!prepared.get()) {
            JniUtils.setGraphExecutorOptimize(false);
            prepared.set(true);
        }
    }
}
