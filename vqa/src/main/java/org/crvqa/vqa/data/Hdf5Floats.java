package org.crvqa.vqa.data;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * A dataset of floats in an HDF5 file, [rows, numbers] or [rows, regions, numbers], of which rows are read in place. Of
 * chunked ones the chunks around the rows that were read last stay in memory. Owned by one thread.
 */
final class Hdf5Floats {
    /** Longer rows are no image's; one of 100 regions of 2048 features has 0.8 MB. */
    private static final long MAX_ROW_BYTES = 64 << 20;
    /** Of chunks, which may reach over many rows, so much stays in memory; more are read several times. */
    private static final long MAX_WINDOW_BYTES = 256 << 20;

    private static final long MAX_CHUNK_BYTES = 128 << 20;

    private final Place place;
    private final Dataset dataset;
    private final FileChannel file;
    private final long base;
    private final int[] shape;
    private final int elementBytes;
    private final boolean bigEndian;
    private final int rowBytes;
    private byte[] window = {};
    private int windowFirst;
    private int windowRows;

    /**
     * Checks type, size and form.
     *
     * @param place of the dataset, for messages
     * @param file that holds it
     * @param base where the HDF5 part of the file begins
     * @throws org.crvqa.artifacts.InvalidInputException when it is not as it must be, or beyond the end of the file
     */
    Hdf5Floats(Place place, Dataset dataset, FileChannel file, long base) throws IOException {
        this.place = place;
        this.dataset = dataset;
        this.file = file;
        this.base = base;
        this.shape = dataset.getDimensions();
        if (!(dataset.getDataType() instanceof FloatingPoint type) || !isIeee(type)) {
            throw place.invalid(
                    "the dataset is of the type "
                            + dataset.getDataType().getClass().getSimpleName() + " of "
                            + dataset.getDataType().getSize() + " bytes, expected float16, float32 or float64",
                    "Write it with one of these types, such as float32.");
        }
        if (shape.length < 2 || shape.length > 3) {
            throw place.invalid(
                    "the dataset has the shape " + Arrays.toString(shape)
                            + ", expected [images, regions, numbers] or [regions, numbers]",
                    Hdf5Regions.ADVICE);
        }
        elementBytes = type.getSize();
        bigEndian = type.getByteOrder() == ByteOrder.BIG_ENDIAN;
        long bytes = elementBytes;
        for (int i = 1; i < shape.length; i++) {
            bytes *= shape[i];
        }
        if (bytes < 1 || bytes > MAX_ROW_BYTES) {
            throw place.invalid(
                    "a row of the dataset, of shape " + Arrays.toString(shape) + ", has " + bytes
                            + " bytes, expected 1 to " + MAX_ROW_BYTES,
                    Hdf5Regions.ADVICE);
        }
        rowBytes = (int) bytes;
        requireForm();
    }

    private static boolean isIeee(FloatingPoint type) {
        return switch (type.getSize()) {
            case Short.BYTES -> type.getExponentSize() == 5 && type.getMantissaSize() == 10;
            case Float.BYTES -> type.getExponentSize() == 8 && type.getMantissaSize() == 23;
            case Double.BYTES -> type.getExponentSize() == 11 && type.getMantissaSize() == 52;
            default -> false;
        };
    }

    private void requireForm() throws IOException {
        if (shape[0] > 0 && dataset.isEmpty()) {
            throw place.invalid("the dataset was never written", Hdf5Regions.ADVICE);
        }
        if (dataset instanceof ContiguousDataset contiguous) {
            long end = base + contiguous.getDataAddress() + (long) shape[0] * rowBytes;
            if (shape[0] > 0 && end > file.size()) {
                throw place.invalid(
                        "the dataset ends at byte " + end + ", but the file at byte " + file.size()
                                + ": the file was cut",
                        Hdf5Regions.FETCH);
            }
        } else if (dataset instanceof ChunkedDataset chunked) {
            long bytes = elementBytes;
            for (int extent : chunked.getChunkDimensions()) {
                bytes *= Math.max(extent, 1);
            }
            if (bytes > MAX_CHUNK_BYTES) {
                throw place.invalid(
                        "the dataset has chunks of " + bytes + " bytes, more than the " + MAX_CHUNK_BYTES + " allowed",
                        "Write it in smaller chunks, such as one for each image.");
            }
            // The library makes room for as much as a chunk says that it has, and for thrice that when it unpacks it.
            long stored = chunked.getStorageInBytes();
            if (stored > file.size()) {
                throw place.invalid(
                        "the dataset's chunks name " + stored + " bytes, but the file has " + file.size()
                                + ": it was cut or damaged",
                        Hdf5Regions.FETCH);
            }
        } else {
            throw place.invalid(
                    "the dataset is stored as " + dataset.getDataLayout() + ", expected it contiguous or in chunks",
                    "Write it again with h5py's create_dataset.");
        }
    }

    /** Sizes of the dimensions. */
    int[] shape() {
        return shape.clone();
    }

    /** Bytes of a number: 2, 4 or 8. */
    int elementBytes() {
        return elementBytes;
    }

    /** Rows as they are stored, but little-endian. */
    ByteBuffer rows(int first, int count) throws IOException {
        byte[] rows = new byte[Math.multiplyExact(count, rowBytes)];
        if (dataset instanceof ContiguousDataset contiguous) {
            read(rows, base + contiguous.getDataAddress() + (long) first * rowBytes);
        } else {
            for (int done = 0; done < count; ) {
                load(first + done, (ChunkedDataset) dataset);
                int part = Math.min(count - done, windowFirst + windowRows - (first + done));
                System.arraycopy(
                        window, (first + done - windowFirst) * rowBytes, rows, done * rowBytes, part * rowBytes);
                done += part;
            }
        }
        return bigEndian ? swapped(rows) : ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void read(byte[] rows, long position) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(rows);
        while (into.hasRemaining()) {
            if (file.read(into, position + into.position()) < 0) {
                throw new EOFException("the file ended while it was read");
            }
        }
    }

    /** Makes the window hold a row. */
    private void load(int row, ChunkedDataset chunked) {
        if (row >= windowFirst && row < windowFirst + windowRows) {
            return;
        }
        int[] chunk = chunked.getChunkDimensions();
        int band = row / chunk[0] * chunk[0];
        int most = (int) Math.max(1, MAX_WINDOW_BYTES / rowBytes);
        windowFirst = chunk[0] <= most ? band : row;
        int end = Math.min(Math.min(band + chunk[0], windowFirst + most), shape[0]);
        windowRows = end - windowFirst;
        if (window.length != windowRows * rowBytes) {
            window = new byte[windowRows * rowBytes];
        }
        // A matrix is a row of one region of each.
        boolean flat = shape.length == 2;
        int regions = flat ? 1 : shape[1];
        int regionStep = flat ? 1 : chunk[1];
        int numberStep = chunk[chunk.length - 1];
        for (int region = 0; region < regions; region += regionStep) {
            for (int number = 0; number < shape[shape.length - 1]; number += numberStep) {
                int[] offset = flat ? new int[] {band, number} : new int[] {band, region, number};
                copy(chunked.getDecompressedChunk(offset), offset, chunk);
            }
        }
    }

    private void copy(byte[] data, int[] offset, int[] chunk) {
        boolean flat = shape.length == 2;
        int regionsInChunk = flat ? 1 : chunk[1];
        int regions = flat ? 1 : Math.min(chunk[1], shape[1] - offset[1]);
        int numbersInChunk = chunk[chunk.length - 1];
        int firstNumber = offset[offset.length - 1];
        int numbers = Math.min(numbersInChunk, shape[shape.length - 1] - firstNumber);
        int regionBytes = shape[shape.length - 1] * elementBytes;
        for (int row = windowFirst; row < windowFirst + windowRows; row++) {
            for (int region = 0; region < regions; region++) {
                int from = ((row - offset[0]) * regionsInChunk + region) * numbersInChunk * elementBytes;
                int to = (row - windowFirst) * rowBytes
                        + (flat ? 0 : offset[1] + region) * regionBytes
                        + firstNumber * elementBytes;
                System.arraycopy(data, from, window, to, numbers * elementBytes);
            }
        }
    }

    private ByteBuffer swapped(byte[] rows) {
        for (int start = 0; start < rows.length; start += elementBytes) {
            for (int i = 0; i < elementBytes / 2; i++) {
                byte low = rows[start + i];
                rows[start + i] = rows[start + elementBytes - 1 - i];
                rows[start + elementBytes - 1 - i] = low;
            }
        }
        return ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
    }
}
