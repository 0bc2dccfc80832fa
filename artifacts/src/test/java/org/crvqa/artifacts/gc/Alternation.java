package org.crvqa.artifacts.gc;

/**
 * Two threads of which one runs at a time. One does so many steps as the first number says, then the other so many as
 * the second, the first again the third; then the other goes on to its end, and the first to its own.
 */
final class Alternation {
    private final int[] bounds;
    private final int first;
    private final boolean[] ended = new boolean[2];
    private int segment;
    private int done;
    private int running = -1;

    Alternation(boolean readerFirst, int... steps) {
        this.bounds = steps.clone();
        this.first = readerFirst ? 1 : 0;
    }

    /** What one of the threads holds while it lives. */
    final class Turn implements AutoCloseable {
        private final int me;

        private Turn(int me) {
            this.me = me;
        }

        /** Ends this thread's step and waits until its next one is due. */
        void step() {
            synchronized (Alternation.this) {
                release();
                while (running != -1 || next() != me) {
                    try {
                        Alternation.this.wait();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                running = me;
                done++;
            }
        }

        @Override
        public void close() {
            synchronized (Alternation.this) {
                ended[me] = true;
                release();
                Alternation.this.notifyAll();
            }
        }

        private void release() {
            if (running == me) {
                running = -1;
                Alternation.this.notifyAll();
            }
        }
    }

    Turn take(int me) {
        return new Turn(me);
    }

    private int next() {
        if (segment < bounds.length && done >= bounds[segment]) {
            segment++;
            done = 0;
        }
        int due = segment % 2 == 0 ? first : 1 - first;
        return ended[due] ? 1 - due : due;
    }
}
