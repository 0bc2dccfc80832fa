/**
 * The tensor engine: starting it, gradients, scopes and constants, so that the rest of the code meets none of its traps.
 *
 * <p>Who owns what: an operator's result belongs to the manager of its first operand and, inside a {@link
 * org.crvqa.vqa.tensor.Scopes#within scope}, is closed with the scope. A forward pass therefore runs inside scopes and
 * names the manager of what it returns. An array that was made from Java memory without a copy must outlive the
 * backward pass; {@link org.crvqa.vqa.tensor.Torch#floats} and {@link org.crvqa.vqa.tensor.Torch#integers} copy.
 */
@NullMarked
package org.crvqa.vqa.tensor;

import org.jspecify.annotations.NullMarked;
