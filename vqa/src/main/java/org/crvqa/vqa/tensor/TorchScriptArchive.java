package org.crvqa.vqa.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The file format in which torch stores a program: a zip of stored entries that holds the code of one class and a pickle
 * that makes one object of it. Written here in memory, so that the only thing that is kept by hand is the code.
 */
public final class TorchScriptArchive {
    private static final String CLASS = "Operators";
    private static final String CODE = "operators.py";

    /** The oldest version whose operators mean what they mean today. */
    private static final String VERSION = "3\n";

    private TorchScriptArchive() {}

    /**
     * Writes the program that workers run on their device into the file that is named, so that it can be tried in any
     * PyTorch: see {@code docs/gpu/check_archive.py}. Needs no engine.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("Usage: java -cp vqa/target/classes " + TorchScriptArchive.class.getName() + " FILE");
            System.exit(2);
        }
        Files.write(Path.of(arguments[0]), ofOperators());
    }

    /** The program {@code operators.py}. */
    static byte[] ofOperators() {
        try (InputStream code = TorchScriptArchive.class.getResourceAsStream(CODE)) {
            if (code == null) {
                throw new IllegalStateException("The program " + CODE + " is not on the class path");
            }
            return of(CLASS, new String(code.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the program " + CODE, e);
        }
    }

    /**
     * The bytes of an archive, as {@code torch.jit.load} takes them.
     *
     * @param className of the only class that {@code code} defines, which has no parameters and no buffers
     */
    static byte[] of(String className, String code) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "data.pkl", object(className));
            put(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            // An empty tuple: the code names no tensor constants.
            put(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            put(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Protocol 2: the class's global, an object of it without arguments, and its state {@code {"training": True}}. */
    private static byte[] object(String className) {
        byte[] key = "training".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(0x80);
        pickle.write(2);
        pickle.writeBytes(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
        pickle.write(')');
        // NEWOBJ, EMPTY_DICT, MARK
        pickle.write(0x81);
        pickle.write('}');
        pickle.write('(');
        pickle.write('X');
        pickle.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(key.length)
                .array());
        pickle.writeBytes(key);
        // NEWTRUE, SETITEMS, BUILD, STOP
        pickle.write(0x88);
        pickle.write('u');
        pickle.write('b');
        pickle.write('.');
        return pickle.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry("operators/" + name);
        entry.setSize(bytes.length);
        entry.setCompressedSize(bytes.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
