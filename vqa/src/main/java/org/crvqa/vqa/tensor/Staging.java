package org.crvqa.vqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tensors that Java fills again and again, with the memory into which it writes. In main memory that is the tensors' own;
 * for a GPU it is page-locked, and out of it {@link #send} queues copies without waiting for them.
 *
 * <p>After {@code send} the memory may be written anew at once: on a GPU the next writing goes into another block, and
 * the engine gives the former to nobody before its copies are done. Not thread-safe, but the buffers may be filled by
 * another thread between {@link #buffers} and {@code send}.
 */
public final class Staging {
    private final Torch torch;
    private final NDManager manager;
    private final List<Part> parts;
    private final List<NDArray> tensors = new ArrayList<>();
    private List<ByteBuffer> buffers = List.of();
    private List<NDArray> sources = List.of();
    private NDManager blocks;

    /** One tensor. */
    public record Part(DataType type, Shape shape) {}

    /** {@code manager} owns the tensors, which are zeros. */
    public Staging(Torch torch, List<Part> parts, NDManager manager) {
        this.torch = torch;
        this.manager = manager;
        this.parts = List.copyOf(parts);
        for (Part part : parts) {
            NDArray tensor = manager.zeros(part.shape(), part.type());
            Scopes.release(tensor);
            tensors.add(tensor);
        }
        blocks = manager.newSubManager(Device.cpu());
        if (torch.transfer().isDirect()) {
            buffers = tensors.stream().map(HostMemory::of).toList();
        } else {
            renew();
        }
    }

    /** The tensors, in the order of the parts. */
    public List<NDArray> tensors() {
        return tensors;
    }

    /** Memory of each part, in native order, to be filled before {@link #send}; what it holds now is unspecified. */
    public List<ByteBuffer> buffers() {
        return buffers;
    }

    /** Puts what was written into the tensors. */
    public void send() {
        if (sources.isEmpty()) {
            return;
        }
        torch.transfer().copy(tensors, sources);
        if (!torch.device().equals(Device.cpu())) {
            renew();
        }
    }

    /** One block for each type, since the engine rounds each up to a power of two. */
    private void renew() {
        blocks.close();
        blocks = manager.newSubManager(Device.cpu());
        ByteBuffer[] memory = new ByteBuffer[parts.size()];
        NDArray[] views = new NDArray[parts.size()];
        for (DataType type : EnumSet.copyOf(parts.stream().map(Part::type).toList())) {
            List<Integer> places = IntStream.range(0, parts.size())
                    .filter(place -> parts.get(place).type() == type)
                    .boxed()
                    .toList();
            List<NDArray> pieces = HostMemory.pieces(
                    torch.ops(),
                    places.stream().map(place -> parts.get(place).shape()).toList(),
                    type,
                    blocks);
            for (int i = 0; i < pieces.size(); i++) {
                views[places.get(i)] = pieces.get(i);
                memory[places.get(i)] = HostMemory.of(pieces.get(i));
            }
        }
        buffers = List.of(memory);
        sources = List.of(views);
    }
}
