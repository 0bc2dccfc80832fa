package org.crvqa.artifacts;

import java.util.List;
import java.util.stream.Stream;

/**
 * Families of VQA-VS's out-of-distribution sets (Si et al., Findings of EMNLP 2022). Each set is made so that one
 * shortcut fails: of the question, of the image, or of both. A family's score is the mean of its members' scores, each
 * counting the same whatever its number of questions.
 */
public enum SubsetFamily {
    /** Question type, keyword, keyword pair, question type with keyword. */
    LANGUAGE("language", List.of("qt", "kw", "kwp", "qt-kw")),
    /** Key object, key object pair. */
    VISUAL("visual", List.of("ko", "kop")),
    /** A shortcut of the question together with one of the image. */
    CROSS_MODAL("cross-modal", List.of("qt-ko", "kw-ko", "qt-kw-ko")),
    /** All nine: the final score. */
    OOD(
            "ood",
            Stream.of(LANGUAGE, VISUAL, CROSS_MODAL)
                    .flatMap(family -> family.members.stream())
                    .toList());

    private final String label;
    private final List<String> members;

    SubsetFamily(String label, List<String> members) {
        this.label = label;
        this.members = members;
    }

    /** The name in metrics and reports. */
    public String label() {
        return label;
    }

    /** Names of the subsets. */
    public List<String> members() {
        return members;
    }
}
