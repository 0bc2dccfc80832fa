package org.crvqa.vqa.data;

import java.util.Locale;

/** What can be wrong with an import's sources, for counting. */
enum ProblemKind {
    FILE("file that is not what it should be", "files that are not what they should be"),
    ELEMENT("element with a wrong or missing field", "elements with wrong or missing fields"),
    QUESTION_TWICE("question that occurs twice", "questions that occur twice"),
    ANNOTATION_TWICE("annotation that occurs twice", "annotations that occur twice"),
    NO_ANNOTATION("question without annotation", "questions without annotation"),
    NO_QUESTION("annotation without question", "annotations without question"),
    OTHER_IMAGE("annotation of another image than its question", "annotations of other images than their questions"),
    ANSWERS("lack of candidate answers", "lacks of candidate answers"),
    SUBSET("subset with unknown questions", "subsets with unknown questions"),
    NO_FEATURES("image without features", "images without features"),
    BOXES("file with boxes of another unit or form", "files with boxes of another unit or form"),
    DAMAGED("damaged image", "damaged images"),
    IMAGE_TWICE("image that occurs twice", "images that occur twice");

    private final String one;
    private final String many;

    ProblemKind(String one, String many) {
        this.one = one;
        this.many = many;
    }

    /** Such as "3 damaged images". */
    String count(long number) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }
}
