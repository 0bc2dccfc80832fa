package org.crvqa.vqa.sample;

/** The templates of questions. Each asks for one attribute of an object that its shape names. */
enum QuestionKind {
    COLOR("what color is the", .18, "other", Attribute.COLOR, "What color is the %s?"),
    MATERIAL("what is the", .16, "other", Attribute.MATERIAL, "What is the %s made of?"),
    PLACE("where is the", .10, "other", Attribute.PLACE, "Where is the %s?"),
    OPEN("is the", .15, "yes/no", Attribute.OPEN, "Is the %s open?"),
    ON("is this", .13, "yes/no", Attribute.ON, "Is this %s switched on?"),
    BROKEN("has the", .13, "yes/no", Attribute.BROKEN, "Has the %s been broken?"),
    DOTS("how many", .15, "number", Attribute.DOTS, "How many dots are on the %s?");

    private final String questionType;
    private final double weight;
    private final String answerType;
    private final Attribute attribute;
    private final String template;

    QuestionKind(String questionType, double weight, String answerType, Attribute attribute, String template) {
        this.questionType = questionType;
        this.weight = weight;
        this.answerType = answerType;
        this.attribute = attribute;
        this.template = template;
    }

    String questionType() {
        return questionType;
    }

    /** Share of the kind among questions. */
    double weight() {
        return weight;
    }

    String answerType() {
        return answerType;
    }

    Attribute attribute() {
        return attribute;
    }

    String question(String shape) {
        return template.formatted(shape);
    }
}
