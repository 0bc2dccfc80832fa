package org.crvqa.vqa.data;

/**
 * A question with what its annotation says.
 *
 * @param label the answer to be learned where a loss wants exactly one
 * @param questionType row of the bias table
 */
record Example(Question question, SoftScores scores, int label, int questionType, AnswerType answerType) {}
