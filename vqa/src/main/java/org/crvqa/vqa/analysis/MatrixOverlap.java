package org.crvqa.vqa.analysis;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the masks of one matrix have in common. Masks are numbered from 0 in the order in which they were given.
 *
 * @param name of the weight, such as {@code lxmert.encoder.layer.0.attention.self.query.weight}
 * @param weights number of weights
 * @param shared for masks i and j with j at most i, row i and column j: how many weights stay in both, so that the
 *     diagonal holds how many each keeps
 */
public record MatrixOverlap(String name, long weights, List<long[]> shared) {
    // "encoder.layer.0" of "lxmert.encoder.layer.0.attention.self.query.weight"
    private static final Pattern NUMBERED = Pattern.compile("(.*?\\.\\d+)\\..+");
    private static final String HEAD = "classifier.";

    public MatrixOverlap {
        shared = List.copyOf(shared);
    }

    static MatrixOverlap of(String name, long weights, List<PackedMask> masks) {
        long[][] shared = new long[masks.size()][];
        for (int i = 0; i < shared.length; i++) {
            shared[i] = new long[i + 1];
            for (int j = 0; j <= i; j++) {
                shared[i][j] = masks.get(i).shared(masks.get(j));
            }
        }
        return new MatrixOverlap(name, weights, List.of(shared));
    }

    /** How many weights a mask keeps. */
    public long kept(int mask) {
        return shared.get(mask)[mask];
    }

    /** How alike two of the masks are in this matrix. */
    public Similarity similarity(int first, int second) {
        long both = shared.get(Math.max(first, second))[Math.min(first, second)];
        return Similarity.of(weights, kept(first), kept(second), both);
    }

    /**
     * The layer that the matrix belongs to, named as in a spec's rates of single layers: {@code encoder.layer.0},
     * {@code embeddings.word_embeddings}; {@code classifier.main.0} for a matrix of the answer head.
     */
    public String layer() {
        String module = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        String inModel = module.startsWith(HEAD) ? module : module.substring(module.indexOf('.') + 1);
        Matcher numbered = NUMBERED.matcher(inModel);
        return numbered.matches() ? numbered.group(1) : inModel;
    }
}
