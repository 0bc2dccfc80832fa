package org.crvqa.artifacts.store;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What {@link FaultyS3Proxy} does to a request or to its answer. */
sealed interface ProxyFault {
    /** The server never sees the request; the client gets this status and body. */
    record Answer(int status, String body) implements ProxyFault {
        /** With an S3 error. */
        static Answer error(int status, String code) {
            return new Answer(
                    status,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                            + "</Code><Message>injected</Message></Error>");
        }
    }

    /** The connection breaks before the server sees the request. */
    record Drop() implements ProxyFault {}

    /** The server carries the request out; the connection breaks before its answer. */
    record LoseAnswer() implements ProxyFault {}

    /** The connection breaks after so many bytes of the answer's body. */
    record CutAnswer(long bytes) implements ProxyFault {}

    /** The server sees the request only later. */
    record Delay(Duration duration) implements ProxyFault {}

    /** The server does not see this header, given in lower case. */
    record Strip(String header) implements ProxyFault {}

    /** The server sees another body: one bit of it is flipped. */
    record FlipBit() implements ProxyFault {}

    /** The request waits for the test, which may let it go on or drop it. */
    final class Hold implements ProxyFault {
        /** The client's connection breaks at once; the server may see the request all the same. */
        final boolean hangsUp;

        final CountDownLatch arrived = new CountDownLatch(1);
        final CountDownLatch decided = new CountDownLatch(1);
        volatile boolean dropped;

        Hold(boolean hangsUp) {
            this.hangsUp = hangsUp;
        }
    }
}
