package org.crvqa.coordinator.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Sizes and tokens of pages. */
final class Pages {
    private Pages() {}

    /**
     * How many a page takes.
     *
     * @param asked by the caller; 0: {@code usual}, and more than {@code most} is {@code most}
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT when it is negative
     */
    static int size(int asked, int usual, int most) {
        if (asked < 0) {
            throw CallErrors.refusal(
                    Reason.INVALID_REQUEST, "page_size is " + asked + ", expected 0 (for " + usual + ") or more");
        }
        return asked == 0 ? usual : Math.min(asked, most);
    }

    /** A text that clients pass on and do not read. */
    static String opaque(String plain) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /** What {@link #opaque} was made of; empty when it was not made by it. */
    static Optional<String> plain(String opaque) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(opaque), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static RuntimeException wrongToken() {
        return CallErrors.refusal(
                Reason.INVALID_PAGE_TOKEN,
                "page_token is not one that this service gave for this request; leave it empty for the first page");
    }
}
