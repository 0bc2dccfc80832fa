package org.crvqa.vqa.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;
import org.crvqa.artifacts.InvalidInputException;

/** What happens to the bytes of a valid file. */
@FunctionalInterface
public interface Damage {
    /** The bytes afterwards. */
    byte[] to(byte[] valid);

    /** Mostly a few places changed or the end cut off, as a seed says; sometimes other bytes altogether. */
    static Arbitrary<Damage> any() {
        Arbitrary<Damage> places = Arbitraries.longs().map(seed -> valid -> Places.change(valid, seed));
        Arbitrary<Damage> noise =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200).map(bytes -> valid -> bytes);
        return Arbitraries.frequencyOf(Tuple.of(9, places), Tuple.of(1, noise));
    }

    /** Reads the undamaged file, which must work, and the damaged one, which must work or be refused by its name. */
    default void mustBeRefusedCleanly(Path file, byte[] valid, Consumer<Path> read) {
        read.accept(write(file, valid));
        byte[] damaged = to(valid);
        write(file, damaged);
        String name = String.valueOf(file.getFileName());
        try {
            read.accept(file);
        } catch (InvalidInputException e) {
            assertThat(e.getMessage()).contains(name);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail(name + ":\n" + new String(damaged, StandardCharsets.UTF_8), e);
        }
    }

    private static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes by seed. */
    final class Places {
        private static final List<String> PIECES = List.of(
                "-1",
                "0",
                "1e999",
                "99999999999999999999",
                "4294967296",
                "2147483647",
                "null",
                "true",
                "NaN",
                "[",
                "]",
                "{",
                "}",
                "\"",
                ",",
                ":",
                "\t",
                "\n",
                "\r",
                " ",
                "\\ud800",
                "\\u0000",
                "\u0000",
                "[[[[[[[[",
                "é",
                "=",
                "\uFEFF");

        private Places() {}

        /** One to three places changed, or the rest cut off. */
        static byte[] change(byte[] whole, long seed) {
            Random random = new Random(seed);
            if (random.nextInt(5) == 0) {
                return Arrays.copyOf(whole, random.nextInt(whole.length));
            }
            byte[] damaged = whole;
            for (int i = random.nextInt(3); i >= 0 && damaged.length > 0; i--) {
                int at = random.nextInt(damaged.length);
                byte[] piece = piece(damaged, random);
                int after = Math.min(at + random.nextInt(4), damaged.length);
                ByteBuffer next = ByteBuffer.allocate(at + piece.length + damaged.length - after);
                next.put(damaged, 0, at).put(piece).put(damaged, after, damaged.length - after);
                damaged = next.array();
            }
            return damaged;
        }

        /** A byte, something that means much to parsers, or a part of the file from elsewhere. */
        private static byte[] piece(byte[] whole, Random random) {
            return switch (random.nextInt(4)) {
                case 0, 1 -> new byte[] {(byte) random.nextInt(256)};
                case 2 -> PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
                default -> {
                    int from = random.nextInt(whole.length);
                    yield Arrays.copyOfRange(whole, from, Math.min(whole.length, from + 1 + random.nextInt(16)));
                }
            };
        }
    }
}
