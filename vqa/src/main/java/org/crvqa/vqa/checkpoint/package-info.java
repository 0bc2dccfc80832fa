/**
 * Checkpoints as Hugging Face's libraries write them: safetensors and PyTorch's zip files, whole or in shards, with the
 * names that tensors have had over the years. Nothing here knows a model; nothing here runs what a file says.
 */
@NullMarked
package org.crvqa.vqa.checkpoint;

import org.jspecify.annotations.NullMarked;
