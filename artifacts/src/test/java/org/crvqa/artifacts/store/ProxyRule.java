package org.crvqa.artifacts.store;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A rule of {@link FaultyS3Proxy}: which requests get a fault, and how many did. Thread-safe. */
public final class ProxyRule {
    private final FaultyS3Proxy proxy;
    private final Predicate<ProxyMessage> matching;
    private final IntPredicate chosen;
    private final ProxyFault fault;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger faults = new AtomicInteger();

    private ProxyRule(When when, ProxyFault fault) {
        this.proxy = when.proxy;
        this.matching = when.matching;
        this.chosen = when.chosen;
        this.fault = fault;
    }

    /** The fault, when the rule applies to this request. */
    Optional<ProxyFault> apply(ProxyMessage request) {
        if (!matching.test(request) || !chosen.test(requests.incrementAndGet())) {
            return Optional.empty();
        }
        faults.incrementAndGet();
        return Optional.of(fault);
    }

    /** Requests so far that match, with or without a fault. */
    public int requests() {
        return requests.get();
    }

    /** Faults made so far. */
    public int faults() {
        return faults.get();
    }

    /** Waits until a request is held. False when none came in time. */
    public boolean awaitHeld(Duration limit) throws InterruptedException {
        return hold().arrived.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets the held requests, and later ones of this rule, go on to the server. */
    public void release() {
        hold().decided.countDown();
    }

    /** Breaks the connections of the held requests, and of later ones of this rule: the server never sees them. */
    public void drop() {
        hold().dropped = true;
        hold().decided.countDown();
    }

    /** Ends the rule for later requests; held ones are released. */
    public void remove() {
        proxy.remove(this);
        end();
    }

    void end() {
        if (fault instanceof ProxyFault.Hold hold) {
            hold.decided.countDown();
        }
    }

    private ProxyFault.Hold hold() {
        if (fault instanceof ProxyFault.Hold hold) {
            return hold;
        }
        throw new IllegalStateException("Not a rule that holds requests: " + fault);
    }

    /** Which requests a rule is for: all that match, unless narrowed. The last call adds the rule to the proxy. */
    public static final class When {
        private final FaultyS3Proxy proxy;
        private Predicate<ProxyMessage> matching;
        private IntPredicate chosen = number -> true;

        When(FaultyS3Proxy proxy, String method, String targetRegex) {
            this.proxy = proxy;
            Pattern target = Pattern.compile(targetRegex);
            this.matching = request -> (method.equals("*") || method.equals(request.method()))
                    && target.matcher(request.target()).find();
        }

        /** Only requests signed with this access key. */
        public When signedBy(String accessKey) {
            Predicate<ProxyMessage> before = matching;
            matching = request -> before.test(request) && request.accessKey().equals(Optional.of(accessKey));
            return this;
        }

        /** Only requests with this value of a header, whose name is given in lower case. */
        public When carrying(String header, String value) {
            Predicate<ProxyMessage> before = matching;
            matching = request -> before.test(request) && request.header(header).equals(Optional.of(value));
            return this;
        }

        /** Only the n-th of them, counted from 1. */
        public When nth(int n) {
            chosen = number -> number == n;
            return this;
        }

        /** Only the first n of them. */
        public When first(int n) {
            chosen = number -> number <= n;
            return this;
        }

        /** Each of them with this probability; the same seed chooses the same ones, counted in their order of arrival. */
        public When randomly(double probability, long seed) {
            Random random = new Random(seed);
            chosen = number -> {
                synchronized (random) {
                    return random.nextDouble() < probability;
                }
            };
            return this;
        }

        /** Answers 503 SlowDown; the server never sees the request. */
        public ProxyRule answer503() {
            return answer(503, "SlowDown");
        }

        /** Answers 500 InternalError; the server never sees the request. */
        public ProxyRule answer500() {
            return answer(500, "InternalError");
        }

        /** Answers with an S3 error, such as 400 ExpiredToken; the server never sees the request. */
        public ProxyRule answer(int status, String code) {
            return add(ProxyFault.Answer.error(status, code));
        }

        /** Answers with any body; the server never sees the request. */
        public ProxyRule answerWith(int status, String body) {
            return add(new ProxyFault.Answer(status, body));
        }

        /** Breaks the connection; the server never sees the request. */
        public ProxyRule drop() {
            return add(new ProxyFault.Drop());
        }

        /** Lets the server carry the request out and breaks the connection before its answer. */
        public ProxyRule loseAnswer() {
            return add(new ProxyFault.LoseAnswer());
        }

        /** Breaks the connection after so many bytes of the answer's body. */
        public ProxyRule cutAnswer(long bytes) {
            return add(new ProxyFault.CutAnswer(bytes));
        }

        /** Passes the request on only after a while. */
        public ProxyRule delay(Duration duration) {
            return add(new ProxyFault.Delay(duration));
        }

        /** Keeps the request from the server until {@link ProxyRule#release} or {@link ProxyRule#drop}. */
        public ProxyRule hold() {
            return add(new ProxyFault.Hold(false));
        }

        /** Breaks the connection; the server sees the request at {@link ProxyRule#release}, unless it is dropped. */
        public ProxyRule hangUpAndHold() {
            return add(new ProxyFault.Hold(true));
        }

        /** Makes the server one that ignores conditional writes; only with one that looks at no signature. */
        public ProxyRule stripIfNoneMatch() {
            return strip("if-none-match");
        }

        /**
         * Keeps a header, given in lower case, from the server. It may belong to the signature: only for
         * {@link S3ProxyProcess#startWithoutAuthorization}.
         */
        public ProxyRule strip(String header) {
            return add(new ProxyFault.Strip(header));
        }

        /** Flips a bit of the request's body; only with a server that looks at no signature. */
        public ProxyRule flipBit() {
            return add(new ProxyFault.FlipBit());
        }

        private ProxyRule add(ProxyFault fault) {
            ProxyRule rule = new ProxyRule(this, fault);
            proxy.add(rule);
            return rule;
        }
    }
}
