/**
 * Named tensors in safetensors files, read and written as streams with 64-bit offsets. The format:
 * <a href="https://github.com/huggingface/safetensors">huggingface/safetensors</a>. Pure Java, no tensor library.
 */
@NullMarked
package org.crvqa.vqa.tensorfile;

import org.jspecify.annotations.NullMarked;
