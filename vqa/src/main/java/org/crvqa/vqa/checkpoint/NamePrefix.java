package org.crvqa.vqa.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What stands before the names of a model's parameters in a checkpoint.
 *
 * @param wrapping what programs put around the model, one after the other, such as {@code module._orig_mod.}
 * @param model what the model itself is called, such as {@code lxmert.} or, by its authors, {@code bert.}
 */
record NamePrefix(String wrapping, String model) {
    /** What compilers, parallel training and programs that hold a model as a part put before all its names. */
    private static final List<String> WRAPPINGS = List.of("_orig_mod.", "module.", "model.", "lxrt_encoder.model.");
    /** What the authors of LXMERT, of VisualBERT and of MMF call the encoder; VisualBERT's put it into another one. */
    private static final List<String> AUTHORS = List.of("bert.", "bert.bert.");

    private static final int MOST_WRAPPINGS = 6;

    /** All that is put before a name. */
    String text() {
        return wrapping + model;
    }

    /** Whether the model is called as its authors call it. */
    boolean ofAuthors() {
        return AUTHORS.contains(model);
    }

    /**
     * The prefixes that the names of a checkpoint may have, simplest first: known ones on top of each other, and whatever
     * all names share.
     *
     * @param own the prefix of the model's parameters, such as {@code lxmert.}
     */
    static List<NamePrefix> candidates(List<String> names, String own) {
        List<NamePrefix> candidates = new ArrayList<>();
        for (String wrapping : wrappings(names)) {
            candidates.add(new NamePrefix(wrapping, own));
            AUTHORS.forEach(model -> candidates.add(new NamePrefix(wrapping, model)));
            candidates.add(new NamePrefix(wrapping, ""));
        }
        return candidates;
    }

    private static Set<String> wrappings(List<String> names) {
        Set<String> wrappings = new LinkedHashSet<>();
        wrappings.add("");
        List<String> last = List.of("");
        for (int depth = 0; depth < MOST_WRAPPINGS; depth++) {
            List<String> next = new ArrayList<>();
            for (String outer : last) {
                for (String wrapping : WRAPPINGS) {
                    String both = outer + wrapping;
                    if (names.stream().anyMatch(name -> name.startsWith(both)) && wrappings.add(both)) {
                        next.add(both);
                    }
                }
            }
            last = next;
        }
        String shared = shared(names);
        for (int dot = shared.indexOf('.'); dot >= 0; dot = shared.indexOf('.', dot + 1)) {
            wrappings.add(shared.substring(0, dot + 1));
        }
        return wrappings;
    }

    /** The longest prefix of all names that ends with a dot. */
    private static String shared(List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String shared = names.get(0);
        for (String name : names) {
            int end = 0;
            while (end < Math.min(shared.length(), name.length()) && shared.charAt(end) == name.charAt(end)) {
                end++;
            }
            shared = shared.substring(0, end);
        }
        return shared.substring(0, shared.lastIndexOf('.') + 1);
    }
}
