package org.crvqa.vqa.device;

/**
 * Why the GPU cannot be used.
 *
 * @param reason what was found, without a full stop
 * @param remedy what mends it, as a sentence
 */
public record Unusable(String reason, String remedy) {}
