package org.crvqa.vqa.tensorfile;

/**
 * A tensor of a type that is not read. It may be in a file all the same, as long as nobody needs it.
 *
 * @param type as the file calls it, such as F8_E4M3 or torch.complex64
 */
public record ForeignTensor(String name, String type) {}
