package org.crvqa.vqa.data;

/**
 * A question of a questions file.
 *
 * @param where the question's place, for messages
 * @param tokens its word pieces, at least one
 */
record Question(long id, long imageId, String where, int[] tokens) {}
