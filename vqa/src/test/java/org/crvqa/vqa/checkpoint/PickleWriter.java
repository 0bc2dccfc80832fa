package org.crvqa.vqa.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles opcode by opcode and zip files around them, as torch.save and as those who mean harm would. */
final class PickleWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A pickle of protocol 2, so far empty. */
    static PickleWriter start() {
        return new PickleWriter().raw(0x80, 2);
    }

    PickleWriter raw(int... opcodes) {
        for (int opcode : opcodes) {
            bytes.write(opcode);
        }
        return this;
    }

    PickleWriter raw(String ascii) {
        bytes.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    PickleWriter repeat(String ascii, int times) {
        return raw(ascii.repeat(times));
    }

    PickleWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        raw('X').little(utf8.length, 4);
        bytes.writeBytes(utf8);
        return this;
    }

    PickleWriter number(long value) {
        return raw(0x8a, 8).little(value, 8);
    }

    PickleWriter little(long value, int width) {
        for (int i = 0; i < width; i++) {
            bytes.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    PickleWriter numbers(long... values) {
        raw('(');
        for (long value : values) {
            number(value);
        }
        return raw('t');
    }

    PickleWriter storage(String type, String key, long elements) {
        return raw('(').text("storage")
                .raw("ctorch\n" + type + "\n")
                .text(key)
                .text("cpu")
                .number(elements)
                .raw("tQ");
    }

    /** A float tensor on storage 0 of so many elements. */
    PickleWriter tensor(long stored, long offset, long[] shape, long[] strides) {
        return raw("ctorch._utils\n_rebuild_tensor_v2\n(")
                .storage("FloatStorage", "0", stored)
                .number(offset)
                .numbers(shape)
                .numbers(strides)
                .raw(0x89)
                .raw("ccollections\nOrderedDict\n)RtR");
    }

    /** A dictionary with one entry "x", whose value the opcodes push; ends the pickle. */
    static byte[] entry(PickleWriter value) {
        return start().raw("}").text("x").raw(value.bytes()).raw("s.").bytes();
    }

    /** Opcodes without a start, for {@link #entry}. */
    static PickleWriter part() {
        return new PickleWriter();
    }

    PickleWriter raw(byte[] opcodes) {
        bytes.writeBytes(opcodes);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** A zip file of uncompressed entries. */
    static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (var entry : entries.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(entry.getValue());
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setMethod(ZipEntry.STORED);
                header.setSize(entry.getValue().length);
                header.setCrc(crc.getValue());
                zip.putNextEntry(header);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }
}
