package org.crvqa.vqa.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells kinds of files by the bytes that they begin with. */
final class Signatures {
    private record Magic(FileKind kind, int offset, byte[] bytes) {
        boolean matches(byte[] head) {
            return startsWith(head, offset, bytes);
        }
    }

    private static final List<Magic> MAGICS = List.of(
            text(FileKind.LFS_POINTER, 0, "version https://git-lfs.github.com/spec/"),
            text(FileKind.LFS_POINTER, 0, "version https://hawser.github.com/spec/"),
            text(FileKind.ANNEX_POINTER, 0, "/annex/objects/"),
            hex(FileKind.GZIP, 0, "1f8b"),
            hex(FileKind.BZIP2, 4, "314159265359"),
            hex(FileKind.BZIP2, 4, "177245385090"),
            hex(FileKind.XZ, 0, "fd377a585a00"),
            hex(FileKind.XZ, 0, "5d00008000"),
            hex(FileKind.ZSTD, 0, "28b52ffd"),
            hex(FileKind.LZ4, 0, "04224d18"),
            hex(FileKind.COMPRESS, 0, "1f9d"),
            text(FileKind.TAR, 257, "ustar"),
            hex(FileKind.SEVEN_ZIP, 0, "377abcaf271c"),
            hex(FileKind.RAR, 0, "526172211a07"),
            hex(FileKind.NPY, 0, "934e554d5059"),
            hex(FileKind.LMDB, 16, "dec0efbe"),
            hex(FileKind.HDF5, 0, "894844460d0a1a0a"),
            hex(FileKind.HDF5, 512, "894844460d0a1a0a"),
            hex(FileKind.HDF5, 1024, "894844460d0a1a0a"),
            hex(FileKind.HDF5, 2048, "894844460d0a1a0a"),
            text(FileKind.MATLAB, 0, "MATLAB 5.0 MAT-file"),
            text(FileKind.PARQUET, 0, "PAR1"),
            text(FileKind.ARROW, 0, "ARROW1"),
            text(FileKind.ARROW, 0, "FEA1"),
            hex(FileKind.AVRO, 0, "4f626a01"),
            text(FileKind.SQLITE, 0, "SQLite format 3"),
            text(FileKind.PDF, 0, "%PDF-"),
            hex(FileKind.PICTURE, 0, "89504e470d0a1a0a"),
            hex(FileKind.PICTURE, 0, "ffd8ff"),
            text(FileKind.PICTURE, 0, "GIF8"),
            text(FileKind.PICTURE, 0, "RIFF"),
            hex(FileKind.PROGRAM, 0, "7f454c46"),
            hex(FileKind.PROGRAM, 0, "4d5a9000"),
            hex(FileKind.PROGRAM, 0, "cffaedfe"),
            hex(FileKind.PROGRAM, 0, "cafebabe"),
            hex(FileKind.WIDE_TEXT, 0, "fffe"),
            hex(FileKind.WIDE_TEXT, 0, "feff"),
            hex(FileKind.WIDE_TEXT, 0, "0000feff"));

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int ZIP_NAME_LENGTH = 26;
    private static final int ZIP_NAME = 30;

    /** The original format of Python's pickle is text; these are the dictionaries and lists of protocols 0 and 1. */
    private static final Pattern OLD_PICKLE =
            Pattern.compile("(?s)(\\([dl]p?\\d*\n|\\([dl]q|[}\\]]q.\\(|ccopy_reg\n).*");

    private static final Pattern HTML =
            Pattern.compile("(?s)<(!doctype html|html|head|body|title|meta|script)\\b.*|<[?!].*<html\\b.*");
    private static final Pattern MARKUP = Pattern.compile("(?s)<[?!a-z].*");
    private static final Pattern JSON = Pattern.compile("(?s)\\{.*|\\[(\\s|[-\\]\\[{\"0-9]).*|\\[");

    /** The header of safetensors is no longer, by its own definition. */
    private static final long MOST_HEADER_BYTES = 100_000_000;

    private Signatures() {}

    static FileKind kind(byte[] head) {
        for (Magic magic : MAGICS) {
            if (magic.matches(head)) {
                return magic.kind();
            }
        }
        if (startsWith(head, 0, "PK".getBytes(StandardCharsets.US_ASCII)) && head.length > 3 && (head[2] & 0xff) <= 8) {
            return zip(head);
        }
        if (head.length > 0 && startsWith(new byte[head.length], 0, head)) {
            return FileKind.ZEROS;
        }
        if (isPickle(head)) {
            return FileKind.PICKLE;
        }
        if (isSafetensors(head)) {
            return FileKind.SAFETENSORS;
        }
        return isTar(head) ? FileKind.TAR : text(head);
    }

    /** Several kinds of files are ZIP archives, told by their first entry. */
    private static FileKind zip(byte[] head) {
        int end = head.length < ZIP_NAME
                ? 0
                : ZIP_NAME + (head[ZIP_NAME_LENGTH] & 0xff) + ((head[ZIP_NAME_LENGTH + 1] & 0xff) << 8);
        if (end == 0 || end > head.length) {
            return FileKind.ZIP;
        }
        String first = new String(head, ZIP_NAME, end - ZIP_NAME, StandardCharsets.UTF_8);
        if (first.endsWith(".npy")) {
            return FileKind.NPZ;
        }
        if (first.endsWith("/data.pkl")) {
            return FileKind.TORCH;
        }
        return first.equals("[Content_Types].xml") || first.equals("mimetype") ? FileKind.OFFICE : FileKind.ZIP;
    }

    private static boolean isPickle(byte[] head) {
        if (head.length >= 3 && (head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5) {
            return true;
        }
        return OLD_PICKLE
                .matcher(new String(head, 0, Math.min(head.length, 32), StandardCharsets.ISO_8859_1))
                .matches();
    }

    private static boolean isSafetensors(byte[] head) {
        if (head.length <= Long.BYTES || head[Long.BYTES] != '{') {
            return false;
        }
        long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return length > 1 && length <= MOST_HEADER_BYTES;
    }

    /** Archives of before POSIX have no magic number, but the sum of the bytes of their first block. */
    private static boolean isTar(byte[] head) {
        int block = 512;
        if (head.length < block || head[0] == 0) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < block; i++) {
            sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xff;
        }
        String said = new String(head, 148, 8, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        return said.matches("[0-7]{1,7}") && Integer.parseInt(said, 8) == sum;
    }

    private static FileKind text(byte[] head) {
        if (isWide(head)) {
            return FileKind.WIDE_TEXT;
        }
        int from = startsWith(head, 0, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
        for (int i = from; i < head.length; i++) {
            if (head[i] >= 0 && head[i] < ' ' && "\t\n\r\f\b\u000b\u001b".indexOf(head[i]) < 0) {
                return FileKind.BINARY;
            }
        }
        String text = new String(head, from, head.length - from, StandardCharsets.ISO_8859_1).stripLeading();
        if (text.isEmpty()) {
            return FileKind.EMPTY;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (HTML.matcher(lower).matches()) {
            return FileKind.HTML;
        }
        if (MARKUP.matcher(lower).matches()) {
            return FileKind.XML;
        }
        return JSON.matcher(text).matches() ? FileKind.JSON : FileKind.TEXT;
    }

    /** Without a byte order mark: the first characters are ASCII, so that every second byte is zero, and no other. */
    private static boolean isWide(byte[] head) {
        if (head.length < 4) {
            return false;
        }
        int zero = head[0] == 0 ? 0 : 1;
        int length = Math.min(head.length & ~1, 32);
        for (int i = 0; i < length; i++) {
            if ((head[i] == 0) != (i % 2 == zero)) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] head, int offset, byte[] wanted) {
        if (head.length < offset + wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (head[offset + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static Magic text(FileKind kind, int offset, String bytes) {
        return new Magic(kind, offset, bytes.getBytes(StandardCharsets.US_ASCII));
    }

    private static Magic hex(FileKind kind, int offset, String bytes) {
        return new Magic(kind, offset, HexFormat.of().parseHex(bytes));
    }
}
