/** Results as folders that other programs read: Hugging Face's form, and a compact one with bit-packed masks. */
@NullMarked
package org.crvqa.vqa.export;

import org.jspecify.annotations.NullMarked;
